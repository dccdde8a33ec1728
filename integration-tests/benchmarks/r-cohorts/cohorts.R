# Writes cohorts of R's package survival as CSV files, each with the short experiment that leaves the model to
# the size of the data; and tells what coxph reaches on the folds of a run. compare.py calls both.
#
#   Rscript cohorts.R write FOLDER
#   Rscript cohorts.R coxph NAME RUN_DIR
#
# coxph learns from the training patients of each fold, missing numbers are their mean, a category of its own is
# what is missing of a category, and Harrell's c is computed on the test patients.
suppressMessages(library(survival))

cohort <- function(data, time, event, numeric, categorical = character()) {
  list(data = data.frame(patient_id = sprintf("P%04d", seq_len(nrow(data))), time = time, event = as.integer(event),
                         data[c(numeric, categorical)]),
       numeric = numeric, categorical = categorical)
}

death <- colon[colon$etype == 2, ]
node <- rotterdam
german <- gbsg
cohorts <- list(
  veteran = cohort(veteran, veteran$time, veteran$status, c("karno", "diagtime", "age"), c("trt", "celltype", "prior")),
  lung = cohort(lung, lung$time, lung$status - 1,
                c("age", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss"), "sex"),
  pbc = cohort(pbc, pbc$time, pbc$status == 2,
               c("age", "ascites", "hepato", "spiders", "edema", "bili", "chol", "albumin", "copper", "alk.phos",
                 "ast", "trig", "platelet", "protime", "stage"), c("trt", "sex")),
  colon = cohort(death, death$time, death$status,
                 c("age", "obstruct", "perfor", "adhere", "nodes", "differ", "extent", "surg"), c("rx", "sex")),
  # kept back while the defaults were chosen
  rotterdam = cohort(node, node$dtime, node$death, c("age", "meno", "grade", "nodes", "pgr", "er", "hormon", "chemo"),
                     "size"),
  gbsg = cohort(german, german$rfstime, german$status, c("age", "meno", "size", "grade", "nodes", "pgr", "er", "hormon")),
  mgus = cohort(mgus2, mgus2$futime, mgus2$death, c("age", "hgb", "creat", "mspike"), "sex"),
  nwtco = cohort(nwtco[nwtco$in.subcohort, ], nwtco$edrel[nwtco$in.subcohort], nwtco$rel[nwtco$in.subcohort],
                 c("age", "instit", "histol", "stage")))

levels_of <- function(column) sort(unique(as.character(column[!is.na(column)])))

write_cohort <- function(folder, name) {
  one <- cohorts[[name]]
  write.csv(one$data, file.path(folder, paste0(name, ".csv")), row.names = FALSE, na = "")
  quoted <- function(x) paste0("[", paste0('"', x, '"', collapse = ", "), "]")
  categories <- vapply(one$categorical,
                       function(c) paste0(c, "=", paste(levels_of(one$data[[c]]), collapse = "|")), "")
  writeLines(sprintf(
    '{"name": "%s", "seed": 42,
 "cohort": {"table": "%s.csv", "id": "patient_id",
            "targets": {"os": {"kind": "survival", "time": "time", "event": "event"}},
            "allow": {"identical-data": "patients of few integer covariates are alike by chance"}},
 "modalities": {"clinical": {"reader": {"type": "table-columns", "numeric": %s%s}}},
 "evaluation": {"repeats": 5, "intervals": {"resamples": 0}}}',
    name, name, quoted(one$numeric),
    if (length(categories)) paste0(', "categorical": ', quoted(categories)) else ""),
    file.path(folder, paste0(name, ".json")))
}

design <- function(one, training) {
  columns <- lapply(one$numeric, function(n) {
    x <- one$data[[n]]
    x[is.na(x)] <- mean(x[training], na.rm = TRUE)
    x
  })
  for (n in one$categorical) {
    for (level in levels_of(one$data[[n]])[-1]) {
      columns <- c(columns, list(as.numeric(!is.na(one$data[[n]]) & one$data[[n]] == level)))
    }
  }
  do.call(cbind, columns)
}

cox <- function(name, run) {
  one <- cohorts[[name]]
  rows <- read.csv(file.path(run, "predictions.csv"), check.names = FALSE)
  each <- vapply(split(rows, paste(rows[["repeat"]], rows$fold)), function(fold) {
    at <- match(fold$patient, one$data$patient_id)
    training <- at[fold$split == "train"]
    test <- at[fold$split == "test"]
    x <- design(one, training)
    x <- x[, apply(x[training, , drop = FALSE], 2, sd) > 0, drop = FALSE]
    fit <- suppressWarnings(coxph(Surv(one$data$time[training], one$data$event[training]) ~ x[training, ]))
    risk <- as.vector(x[test, , drop = FALSE] %*% ifelse(is.na(coef(fit)), 0, coef(fit)))
    concordance(Surv(one$data$time[test], one$data$event[test]) ~ risk, reverse = TRUE)$concordance
  }, 0)
  cat(sprintf("%.4f\n", mean(each)))
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) == 2 && arguments[1] == "write") {
  dir.create(arguments[2], showWarnings = FALSE, recursive = TRUE)
  for (name in names(cohorts)) write_cohort(arguments[2], name)
} else if (length(arguments) == 3 && arguments[1] == "coxph") {
  cox(arguments[2], arguments[3])
} else {
  stop("Rscript cohorts.R write FOLDER | coxph NAME RUN_DIR")
}
