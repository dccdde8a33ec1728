# Makes the expected values of the tests of competing risks, weighed scores, calibration curves, ROC curves and correlations:
# those of cmprsk, riskRegression, Hmisc and pROC (Debian: r-cran-cmprsk, r-cran-riskregression, r-cran-pec, r-cran-rms, r-cran-proc).
# The table is survival.R's.
#
#     Rscript others.R FOLDER
suppressMessages({library(survival); library(cmprsk); library(prodlim); library(riskRegression); library(Hmisc); library(pROC)})
folder <- commandArgs(TRUE)[1]
expected <- list()
put <- function(name, value) expected[[name]] <<- as.numeric(value)
line <- function(x) paste(ifelse(is.na(x), "NA", formatC(x, digits = 17, format = "g", width = -1)), collapse = ",")
d <- read.csv(file.path(folder, "rotterdam.csv"))
t <- c(365, 1000, 1826, 3650)
put("asked", t)

# competing risks
fit <- survfit(Surv(first, factor(status)) ~ 1, d)
at <- summary(fit, times = t)
put("incidence.1", at$pstate[, 2])
put("incidence.2", at$pstate[, 3])
for (group in c("grade", "hormon", "age")) {
  by <- if (group == "age") 1 + (d$age > 50) + (d$age > 60) + (d$age > 70) else d[[group]]
  for (cause in 1:2) put(paste0("gray.", group, ".", cause), cuminc(d$first, d$status, by)$Tests[cause, c("stat", "pv")])
}
points <- timepoints(cuminc(d$first, d$status), t)
put("incidence.1.se", sqrt(points$var[1, ]))
put("incidence.2.se", sqrt(points$var[2, ]))

# scores of a made-up risk
risk <- plogis((d$nodes - 3) / 5 + (d$age - 60) / 20)
score <- function(formula, cause = 1) Score(list(made = as.matrix(risk)[, rep(1, length(t))]), formula, data = d, times = t,
  cause = cause, metrics = c("auc", "brier"), cens.model = "km", se.fit = FALSE, null.model = TRUE)
s <- score(Surv(time, event) ~ 1)
put("auc", s$AUC$score$AUC)
put("brier", s$Brier$score$Brier[s$Brier$score$model == "made"])
put("brier.null", s$Brier$score$Brier[s$Brier$score$model == "Null model"])
for (cause in 1:2) {
  s <- score(Hist(first, status) ~ 1, cause)
  put(paste0("competing.auc.", cause), s$AUC$score$AUC)
  put(paste0("competing.brier.", cause), s$Brier$score$Brier[s$Brier$score$model == "made"])
}

put("competing.auc.mean", weighted.mean(expected$competing.auc.1, diff(c(0, expected$incidence.1))))

# concordance of one of two events (Wolbers et al. 2009): who had the other one never has this one
c <- concordance(Surv(ifelse(status == 2, 1e9, first), status == 1) ~ made, cbind(d, made = risk), reverse = TRUE)
put("competing.c", c(c$concordance, sqrt(c$var)))
# the same with weights (Wolbers et al. 2014), at times without ties: packages differ in those of events and censorings
loose <- transform(d, first = first + seq_along(first) * 1e-5)
put("competing.uno", sapply(t, function(tau) pec::cindex(list(made = as.matrix(risk)), Hist(first, status) ~ 1, loose,
  eval.times = tau, cause = 1, cens.model = "marginal", tiedOutcomeIn = FALSE)$AppCindex$made))

# the calibration curve of the made-up risk at 1826 days
z <- log(-log(1 - risk))
knots <- quantile(z, c(0.1, 0.5, 0.9))
basis <- rcspline.eval(z, knots = knots, inclx = TRUE)
fit <- coxph(Surv(time, event) ~ basis, d)
for (again in 1:3) fit <- coxph(Surv(time, event) ~ basis, d, init = coef(fit), x = TRUE)
zero <- survfit(fit, newdata = list(basis = matrix(0, 1, 2)))
hazard <- summary(zero, times = 1826)$cumhaz
observed <- 1 - exp(-hazard * exp(drop(basis %*% coef(fit))))
put("observed", observed[1:10])
put("ici", c(mean(abs(observed - risk)), quantile(abs(observed - risk), c(0.5, 0.9))))

# ROC of death, by nodes and by age
nodes <- roc(d$event, d$nodes, direction = "<", quiet = TRUE)
age <- roc(d$event, d$age, direction = "<", quiet = TRUE)
put("roc", c(auc(nodes), sqrt(var(nodes)), auc(age), sqrt(var(age))))
test <- roc.test(nodes, age, method = "delong", paired = TRUE)
put("roc.test", c(test$statistic, test$p.value))
put("sensitivity", c(max(nodes$sensitivities[nodes$specificities >= 0.9]), max(age$sensitivities[age$specificities >= 0.8])))

# logistic calibration of the made-up risk
logit <- qlogis(risk)
tight <- glm.control(epsilon = 1e-15, maxit = 100)
fit <- glm(event ~ logit, binomial, d, control = tight)
put("logistic", c(coef(fit), sqrt(diag(vcov(fit)))))
fit <- glm(event ~ offset(logit), binomial, d, control = tight)
put("logistic.large", c(coef(fit), sqrt(vcov(fit))))

put("correlation", c(cor(d$nodes, d$age), cor(d$nodes, d$age, method = "spearman")))

lines <- sapply(names(expected), function(name) paste0(name, ",", line(expected[[name]])))
writeLines(lines, file.path(folder, "others-expected.csv"))
