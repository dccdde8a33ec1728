# Makes the tables and the expected values of the tests of ridge regression: glmnet's at the same lambda.
#
#     Rscript glmnet.R FOLDER
suppressMessages({library(survival); library(glmnet)})
folder <- commandArgs(TRUE)[1]
expected <- list()
put <- function(name, value) expected[[name]] <<- as.numeric(value)
table_of <- function(name, d) write.table(d, file.path(folder, paste0(name, ".csv")), sep = ",", row.names = FALSE, quote = FALSE)
# digits that decimal files keep
rounded <- function(d) round(d, 10)

fit <- function(x, y, lambda, family, factors = rep(1, ncol(x)), ...)
  glmnet(x, y, family = family, alpha = 0, lambda = lambda, penalty.factor = factors, standardize = TRUE, thresh = 1e-20, maxit = 1e8, ...)

# A patient who is censored at the time of an event is at risk. glmnet 4.1-6 sees that only where times tell: it depends on the order
# of the rows otherwise.
surv <- function(time, event) Surv(time + ifelse(event == 1, 0, 1e-3), event)
cox <- function(name, x, time, event, lambdas, factors = rep(1, ncol(x))) {
  y <- surv(time, event)
  for (lambda in lambdas) {
    b <- coef(fit(x, y, lambda, "cox", factors))
    put(paste("cox", name, lambda, sep = "."), b[, 1])
  }
}
l <- na.omit(survival::lung[, c("time", "status", "age", "sex", "ph.ecog", "ph.karno", "pat.karno", "wt.loss")])
lung <- data.frame(time = l$time, event = l$status - 1, l[, -(1:2)])
table_of("lung", lung)
x <- as.matrix(lung[, -(1:2)])
cox("lung", x, lung$time, lung$event, c(0.001, 0.1, 2))
cox("lung-factors", x, lung$time, lung$event, 0.1, c(1, 2, 0.5, 1, 1, 0.5)) # their mean is 1

v <- survival::veteran
veteran <- data.frame(time = v$time, event = v$status, model.matrix(~ trt + celltype + karno + diagtime + age + prior, v)[, -1])
table_of("veteran", veteran)
x <- as.matrix(veteran[, -(1:2)])
cox("veteran", x, veteran$time, veteran$event, c(0.01, 0.5))
# three classes and more: the cell type by the others
classes <- as.integer(v$celltype)
table_of("celltype", data.frame(label = classes - 1))
x <- as.matrix(v[, c("time", "karno", "diagtime", "age", "prior")])
table_of("veteran-features", x)
for (lambda in c(0.01, 0.3)) {
  m <- fit(x, factor(classes), lambda, "multinomial")
  for (k in 1:4) put(paste("multinomial.veteran", lambda, k - 1, sep = "."), coef(m)[[k]][, 1])
}

p <- na.omit(survival::pbc[, c("time", "status", "age", "edema", "bili", "albumin", "copper", "ast", "protime", "stage", "platelet", "chol")])
pbc <- data.frame(time = p$time, event = as.integer(p$status == 2), p[, -(1:2)])
table_of("pbc", pbc)
x <- as.matrix(pbc[, -(1:2)])
cox("pbc", x, pbc$time, pbc$event, c(0.01, 0.3))
for (lambda in c(0.01, 0.3)) put(paste("binomial.pbc", lambda, sep = "."), coef(fit(x, pbc$event, lambda, "binomial"))[, 1])
# glmnet divides numbers by their standard deviation: the same lambda for it is larger by that
y <- log(pbc$time)
sd_n <- sqrt(mean((y - mean(y))^2))
for (lambda in c(0.01, 0.3)) put(paste("gaussian.pbc", lambda, sep = "."), coef(fit(x, y, lambda * sd_n, "gaussian"))[, 1])

# more features than patients, a constant one, ties
set.seed(7)
n <- 60
x <- rounded(matrix(rnorm(n * 300), n) %*% diag(exp(rnorm(300))))
x[, 17] <- 3
eta <- 0.4 * scale(x[, 1:5]) %*% c(1, -1, 1, -1, 1)
time <- ceiling(10 * rexp(n, exp(eta)))
event <- rbinom(n, 1, 0.6)
label <- cut(drop(eta) + rnorm(n), c(-Inf, -0.5, 0.5, Inf), labels = FALSE)
number <- rounded(drop(eta) + rnorm(n))
colnames(x) <- paste0("x", 1:300)
table_of("wide", data.frame(time = time, event = event, label = label - 1, number = number, x))
cox("wide", x, time, event, c(5, 50))
for (lambda in c(5, 50)) {
  put(paste("binomial.wide", lambda, sep = "."), coef(fit(x, as.integer(label == 3), lambda, "binomial"))[, 1])
  put(paste("gaussian.wide", lambda, sep = "."), coef(fit(x, number, lambda * sqrt(mean((number - mean(number))^2)), "gaussian"))[, 1])
  m <- fit(x, factor(label), lambda, "multinomial")
  for (k in 1:3) put(paste("multinomial.wide", lambda, k - 1, sep = "."), coef(m)[[k]][, 1])
}

# cross-validated partial likelihood, lung, folds by turns
x <- as.matrix(lung[, -(1:2)])
foldid <- rep(1:5, length.out = nrow(lung))
lambdas <- c(2, 0.5, 0.1, 0.02)
cv <- sapply(lambdas, function(lambda) sum(sapply(1:5, function(k) {
  train <- foldid != k
  b <- coef(fit(x[train, ], surv(lung$time, lung$event)[train], lambda, "cox"))[, 1]
  eta <- drop(x %*% b)
  l <- function(rows) coxph(Surv(time, event) ~ offset(eta[rows]), lung[rows, ], ties = "breslow")$loglik[1]
  l(rep(TRUE, nrow(lung))) - l(train)
})))
put("cv.lung", cv)

line <- function(x) paste(formatC(x, digits = 17, format = "g", width = -1), collapse = ",")
writeLines(paste(names(expected), sapply(expected, line), sep = ","), file.path(folder, "expected.csv"))
