"""Writes arrays/*: small files in the layouts of feature extractors, and damaged ones. Needs h5py and numpy.

Features are 10 * patch + feature, so that every test can tell what it should read.
"""
import os

import h5py
import numpy as np

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrays")
N, D = 6, 4
features = (10 * np.arange(N)[:, None] + np.arange(D)[None, :]).astype("float32")
grid = np.array([[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [3, 2]])


def write(name, features=features, coords=None, where="coords", what="features", attributes=None, root=None, **options):
    with h5py.File(os.path.join(out, name), "w") as f:
        f.create_dataset(what, data=features, **options)
        if coords is not None:
            f.create_dataset(where, data=coords)
            for key, value in (attributes or {}).items():
                f[where].attrs[key] = value
        for key, value in (root or {}).items():
            f.attrs[key] = value


# CLAM: level-0 pixels, patches of 256 at level 1, which is downsampled by 4; a second piece of tissue starts off the lattice
clam = grid * 1024 + [5000, 3000]
clam[5] += [300, 100]
write("clam.h5", coords=clam.astype("int32"),
      attributes={"patch_size": 256, "patch_level": 1, "downsample": np.array([4.0, 4.0])}, chunks=(2, 4))
# CLAM's feature files keep no attributes
write("clam-bare.h5", coords=(grid * 512).astype("int64"), maxshape=(None, D), chunks=(1, D))
# TRIDENT: 20x patches of 512 of a 40x slide, float16, and the older [1, N, D]
write("trident.h5", features.astype("float16"), coords=(grid * 1024).astype("int64"), compression="gzip",
      attributes={"patch_size": 512, "patch_size_level0": 1024, "target_magnification": 20, "level0_magnification": 40})
write("trident-leading.h5", features[None], coords=(grid * 1024)[None].astype("int64"),
      attributes={"patch_size": 512, "target_magnification": 20, "level0_magnification": 40})
# STAMP: micrometres, rounded to four places
write("stamp.h5", features.astype("float16"), coords=np.round(grid * 255.9999, 4), what="feats", chunks=(4, 3),
      compression="gzip", shuffle=True, root={"unit": "um", "tile_size_um": 256.0, "extractor": "test"})
# features and coordinates, attributes in a group
write("coordinates.h5", coords=(grid * 224).astype("int32"), where="coordinates")
with h5py.File(os.path.join(out, "coordinates.h5"), "a") as f:
    f.create_group("metadata").attrs["patch_size_level0"] = 224
    f.create_dataset("labels", data=np.array([0, 1, -1, 0, 1, 1]))
write("big-endian.h5", features.astype(">f8"))
write("integers.h5", features.astype("int16"))

# the newest format, as SWMR writes it: an extensible array of chunks, a fixed array of chunks
with h5py.File(os.path.join(out, "latest.h5"), "w", libver="latest") as f:
    f.create_dataset("features", data=features, maxshape=(None, D), chunks=(1, D), compression="gzip", fletcher32=True)
    f.create_dataset("coords", data=grid * 512, chunks=(2, 2)).attrs["patch_size_level0"] = 512
# chunks that no filter made smaller are stored without it
noise = np.random.default_rng(1).integers(0, 1 << 32, (40, 8), dtype="uint64").astype("float32")
write("lzf.h5", noise, chunks=(10, 8), compression="lzf")
np.save(os.path.join(out, "lzf.npy"), noise)
with h5py.File(os.path.join(out, "user-block.h5"), "w", userblock_size=512) as f:
    f["features"] = features
    f["coords"] = grid * 512
with h5py.File(os.path.join(out, "soft-link.h5"), "w") as f:
    f["store/uni"] = features
    f["store/xy"] = grid * 512
    f["features"] = h5py.SoftLink("/store/uni")
    f["coords"] = h5py.SoftLink("store/xy")
# a block of bitshuffle that is shorter than the others; needs hdf5-filter-plugin and HDF5_PLUGIN_PATH
many = (np.arange(700 * 9) % 251).reshape(700, 9).astype("float32")
write("bitshuffle.h5", many, chunks=(700, 9), compression=32008, compression_opts=(0, 2))
np.save(os.path.join(out, "bitshuffle.npy"), many)

# files that cannot be used
write("bzip2.h5", chunks=(2, 4), compression=307)
write("szip.h5", chunks=(2, 4), compression="szip")
write("scale-offset.h5", features.astype("int32"), chunks=(2, 4), scaleoffset=0)
with h5py.File(os.path.join(out, "external.h5"), "w") as f:
    f["features"] = h5py.ExternalLink("clam.h5", "/features")
with h5py.File(os.path.join(out, "circle.h5"), "w") as f:
    f["features"] = h5py.SoftLink("/other")
    f["other"] = h5py.SoftLink("/features")
with h5py.File(os.path.join(out, "dangling.h5"), "w") as f:
    f["features"] = h5py.SoftLink("/nowhere")
with h5py.File(os.path.join(out, "sparse.h5"), "w") as f:
    f.create_dataset("features", (N, D), "float32", chunks=(2, D))[:4] = features[:4]
with h5py.File(os.path.join(out, "unwritten.h5"), "w") as f:
    f.create_dataset("features", (N, D), "float32")
with h5py.File(os.path.join(out, "virtual.h5"), "w", libver="latest") as f:
    layout = h5py.VirtualLayout((N, D), "float32")
    layout[:] = h5py.VirtualSource("clam.h5", "features", (N, D))
    f.create_virtual_dataset("features", layout)
with h5py.File(os.path.join(out, "group.h5"), "w") as f:
    f["20x/uni/features"] = features
write("bfloat16.h5", (np.ascontiguousarray(features).view("uint32") >> 16).astype("uint16"))
write("opaque.h5", (np.ascontiguousarray(features).view("uint32") >> 16).astype("uint16").view("V2"))
np.save(os.path.join(out, "bfloat16.npy"), (np.ascontiguousarray(features).view("uint32") >> 16).astype("uint16"))
np.save(os.path.join(out, "opaque.npy"), (np.ascontiguousarray(features).view("uint32") >> 16).astype("uint16").view("V2"))
np.save(os.path.join(out, "objects.npy"), np.array([[None, 1]], dtype=object), allow_pickle=True)
np.save(os.path.join(out, "none.npy"), features[:0])
np.save(os.path.join(out, "infinite-vector.npy"), np.array([1.5, np.inf, -2.0]))
np.save(os.path.join(out, "longer-vector.npy"), np.zeros(5))
np.save(os.path.join(out, "counts.npy"), np.array([0, 0x3f80, 0xc000], dtype="uint16"))
np.save(os.path.join(out, "two-texts.npy"), np.ones((2, 3), dtype="int32"))
np.save(os.path.join(out, "negative-tokens.npy"), np.array([101, -7]))
write("strings.h5", np.array([["a", "b"], ["c", "d"]], dtype=h5py.string_dtype()))
write("vector.h5", features[0])
write("empty.h5", np.zeros((0, D), "float32"), coords=np.zeros((0, 2), "int32"))
write("none.h5", np.zeros((0,), "float32"))
nan = features.copy()
nan[3, 2] = np.nan
write("nan.h5", nan)
infinite = features.copy()
infinite[4, 0] = np.inf
write("infinity.h5", infinite, chunks=(2, 2))
write("five-coordinates.h5", coords=grid[:5])
write("wider.h5", np.zeros((3, D + 1), "float32"))
write("other.h5", what="embedding")
with open(os.path.join(out, "clam.h5"), "rb") as f:
    whole = f.read()
with open(os.path.join(out, "truncated-header.h5"), "wb") as f:
    f.write(whole[:100])
with h5py.File(os.path.join(out, "truncated.h5"), "w") as f:
    f.create_dataset("features", data=np.ones((100, 10), "float32"))
with open(os.path.join(out, "truncated.h5"), "r+b") as f:
    f.truncate(os.path.getsize(os.path.join(out, "truncated.h5")) - 1000)

np.save(os.path.join(out, "patches.npy"), features)
np.save(os.path.join(out, "patches-f2.npy"), features.astype("float16"))
np.save(os.path.join(out, "patches-big.npy"), features.astype(">f8"))
np.save(os.path.join(out, "places.npy"), (grid * 256).astype("int32"))
np.save(os.path.join(out, "fortran.npy"), np.asfortranarray(features))
np.save(os.path.join(out, "vector.npy"), np.array([1.5, np.nan, -2.0]))
np.save(os.path.join(out, "tokens.npy"), np.array([[101, 7, 9, 102, 0, 0]], dtype="int64"))
np.save(os.path.join(out, "padding.npy"), np.zeros(6, dtype="int32"))
np.save(os.path.join(out, "complex.npy"), np.zeros((2, 2), dtype="complex64"))
with open(os.path.join(out, "patches.npy"), "rb") as f:
    whole = f.read()
with open(os.path.join(out, "truncated.npy"), "wb") as f:
    f.write(whole[:-8])

# slide embeddings: TRIDENT squeezes the model's [1, D]
for name, vector in (("embedding.h5", np.array([0.5, -1, 2, 4])), ("embedding-row.h5", np.array([[1.5, 3, np.nan, 0]]))):
    with h5py.File(os.path.join(out, name), "w") as f:
        f.create_dataset("features", data=vector.astype("float16"))
        f.create_dataset("coords", data=grid * 512)

# AnnData's layout of version 0.7 and later: three patients, four genes, dense and sparse
def anndata(name, matrix, layer="X", index="_index", old=False, ids=("p1", "p2", "p3"), genes=("D", "A", "C", "B"), **options):
    with h5py.File(os.path.join(out, name), "w") as f:
        f.attrs["encoding-type"] = "anndata"
        f.create_group("layers")
        texts = h5py.string_dtype()
        for group, names in (("obs", ids), ("var", genes)):
            g = f.create_group(group)
            if not old:
                g.attrs["_index"] = index
                g.attrs["encoding-type"] = "dataframe"
            g.create_dataset(index, data=np.array(names, dtype=object), dtype=texts)
        site = f["obs"].create_group("donor")
        site.attrs["encoding-type"] = "categorical"
        site.create_dataset("codes", data=np.array([2, 0, 1], "int8"))
        site.create_dataset("categories", data=np.array(["P1", "P2", "P3"], dtype=object), dtype=texts)
        symbols = f["var"].create_dataset("symbol", data=np.array([b"TP53", b"KRAS", b"EGFR", b"MYC"], "S8"))
        if isinstance(matrix, tuple):
            kind, data, indices, indptr = matrix
            g = f.create_group(layer)
            g.attrs["encoding-type"] = kind
            g.attrs["shape"] = np.array([3, 4])
            g.create_dataset("data", data=np.array(data, "float32"), **options)
            g.create_dataset("indices", data=np.array(indices, "int32"), **options)
            g.create_dataset("indptr", data=np.array(indptr, "int32"))
        else:
            f.create_dataset(layer, data=matrix, **options)


counts = np.array([[1, 0, 0, 2.5], [0, 0, 0, 0], [0, 3, np.nan, 4]], "float32")
anndata("dense.h5ad", counts, compression="gzip", chunks=(2, 3))
anndata("csr.h5ad", ("csr_matrix", [1, 2.5, 3, np.nan, 4], [0, 3, 1, 2, 3], [0, 2, 2, 5]), compression="gzip", chunks=(2,))
anndata("csc.h5ad", ("csc_matrix", [1, 3, np.nan, 2.5, 4], [0, 2, 2, 0, 2], [0, 1, 2, 3, 5]), layer="layers/counts")
anndata("twice.h5ad", counts, ids=("p1", "p2", "p1"))
anndata("falling.h5ad", ("csr_matrix", [1, 2, 3], [0, 1, 2], [0, 2, 1, 3]))
anndata("beyond.h5ad", ("csr_matrix", [1, 2, 3], [0, 1, 4], [0, 1, 2, 3]))
