# Ridge Cox models of single inputs and of all together, mean-imputed: what classical models reach on these files.
# 5 x 5-fold, stratified by event; lambda chosen by cross-validation inside the training patients.
suppressMessages({library(glmnet); library(survival)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)[1]))
clinical <- read.csv(file.path(here, "clinical.csv"), row.names = 1)
clinical <- clinical[clinical$time_days > 0, ]
matrix_of <- function(name, log = FALSE) {
  x <- as.matrix(read.csv(file.path(here, name), row.names = 1, check.names = FALSE))
  x <- x[rownames(x) %in% rownames(clinical), ]
  if (log) log2(x + 1) else x
}
stages <- c("stage i" = 1, "stage ii" = 2, "stage iii" = 3, "stage iv" = 4)
stage <- cbind(stage = stages[clinical$pathologic_stage], age = clinical$years_to_birth)
rownames(stage) <- rownames(clinical)
rna <- matrix_of("RNASeq2GeneNorm.csv", TRUE)
mirna <- matrix_of("miRNASeqGene.csv", TRUE)
cna <- matrix_of("gistict.csv")
mutations <- matrix_of("Mutations.csv")
protein <- matrix_of("RPPAArray.csv")
complete <- function(x) x[stats::complete.cases(x), , drop = FALSE]
joined <- function(...) {
  parts <- lapply(list(...), function(x) {
    all <- x[match(rownames(clinical), rownames(x)), , drop = FALSE]
    rownames(all) <- rownames(clinical)
    all
  })
  do.call(cbind, parts)
}
c_index <- function(x, seed) {
  y <- clinical[rownames(x), ]
  scores <- c()
  for (repetition in 1:5) {
    set.seed(seed + repetition)
    fold <- integer(nrow(x))
    for (e in 0:1) fold[y$event == e] <- sample(rep(1:5, length.out = sum(y$event == e)))
    for (k in 1:5) {
      train <- fold != k
      means <- colMeans(x[train, , drop = FALSE], na.rm = TRUE)
      filled <- x
      for (j in seq_len(ncol(x))) filled[is.na(filled[, j]), j] <- means[j]
      filled <- filled[, apply(filled[train, , drop = FALSE], 2, sd) > 0, drop = FALSE]
      fit <- cv.glmnet(filled[train, ], Surv(y$time_days, y$event)[train], family = "cox", alpha = 0, nfolds = 5)
      risk <- predict(fit, filled[!train, , drop = FALSE], s = "lambda.min")[, 1]
      scores <- c(scores, concordance(Surv(time_days, event) ~ risk, y[!train, ], reverse = TRUE)$concordance)
    }
  }
  mean(scores, na.rm = TRUE)
}
inputs <- list(
  "RNA" = rna, "miRNA" = mirna, "stage and age" = complete(stage), "copy number" = complete(cna), "protein" = complete(protein),
  "RNA + miRNA + stage, mean-imputed" = joined(rna, mirna, stage),
  "all omics, mean-imputed" = joined(rna, mirna, cna, mutations, protein))
for (name in names(inputs)) {
  cat(sprintf("%-36s %3d patients  c %.3f\n", name, nrow(inputs[[name]]), c_index(inputs[[name]], 1)))
}
