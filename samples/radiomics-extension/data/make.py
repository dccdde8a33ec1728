# Writes a simulated cohort: no patient, no scan. Texture and volume carry a factor that shortens survival; genes carry another.
import csv, math, random

random.seed(5)
FEATURES = ["original_shape_MeshVolume", "original_shape_Sphericity", "original_firstorder_Entropy", "original_firstorder_Skewness",
            "original_glcm_Contrast", "original_glcm_Idm", "original_glrlm_RunEntropy", "original_ngtdm_Coarseness"]
with open("patients.csv", "w", newline="") as p, open("radiomics.csv", "w", newline="") as r, open("genes.csv", "w", newline="") as g:
    p, r, g = csv.writer(p), csv.writer(r), csv.writer(g)
    p.writerow(["patient_id", "days", "event", "age"])
    r.writerow(["patient_id", "Image", "Mask", "diagnostics_Versions_PyRadiomics", "diagnostics_Image-original_Spacing"] + FEATURES)
    g.writerow(["patient_id"] + [f"gene{i}" for i in range(12)])
    for i in range(60):
        patient, texture, pathway, age = f"sim{i:02d}", random.gauss(0, 1), random.gauss(0, 1), random.randint(35, 80)
        days = random.expovariate(math.exp(texture + 0.7 * pathway) / 900)
        censored = random.expovariate(1 / 2500)
        p.writerow([patient, max(1, round(min(days, censored))), int(days <= censored), age])
        if random.random() > 0.1:  # some were never scanned
            loads = [1, -0.6, 0.8, 0, 0.9, -0.8, 0.5, 0]
            r.writerow([patient, f"{patient}_ct.nrrd", f"{patient}_mask.nrrd", "v3.1.0", "(0.8, 0.8, 1.5)"]
                       + [f"{10 + 3 * (load * texture + random.gauss(0, 0.5)):.5g}" for load in loads])
        if random.random() > 0.1:
            g.writerow([patient] + [f"{5 + (1 if k < 4 else 0) * pathway + random.gauss(0, 0.7):.4g}" for k in range(12)])
