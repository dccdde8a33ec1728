# Makes the tables and the expected values of the survival tests: those of R's survival package, with all digits.
#
#     Rscript survival.R FOLDER
library(survival)
folder <- commandArgs(TRUE)[1]
options(digits = 17)
expected <- list()
put <- function(name, value) expected[[name]] <<- as.numeric(value)
line <- function(x) paste(ifelse(is.na(x), "NA", formatC(x, digits = 17, format = "g", width = -1)), collapse = ",")
table_of <- function(name, data) {
  write.table(data, file.path(folder, paste0(name, ".csv")), sep = ",", row.names = FALSE, quote = FALSE)
}

veteran_table <- with(veteran, data.frame(time = time, event = status, risk = -karno, karno = karno,
  age = age, diagtime = diagtime, trt = trt, celltype = as.integer(celltype)))
lung_table <- with(lung[!is.na(lung$ph.ecog), ], data.frame(time = time, event = status - 1, risk = ph.ecog,
  ph.ecog = ph.ecog, age = age, sex = sex))
rotterdam_table <- with(rotterdam, data.frame(time = dtime, event = death, risk = nodes, nodes = nodes, age = age,
  grade = grade, hormon = hormon,
  # recurrence, or death without
  first = ifelse(recur == 1, rtime, dtime), status = ifelse(recur == 1, 1, ifelse(death == 1, 2, 0))))
table_of("gbsg", with(gbsg, data.frame(time = rfstime, event = status, age = age, meno = meno, size = size, grade = grade,
  nodes = nodes, pgr = pgr, er = er, hormon = hormon)))
# all rows and columns, for the models of torchsurv's benchmark
table_of("lung-all", with(lung, data.frame(time = time, event = status - 1, age = age, sex = sex, ph.ecog = ph.ecog, inst = inst,
  ph.karno = ph.karno, pat.karno = pat.karno, meal.cal = meal.cal, wt.loss = wt.loss)))
tables <- list(veteran = veteran_table, lung = lung_table, rotterdam = rotterdam_table)
groups <- list(veteran = "celltype", lung = "sex", rotterdam = "grade")
covariates <- list(veteran = c("karno", "age", "diagtime"), lung = c("ph.ecog", "age", "sex"),
  rotterdam = c("nodes", "age", "grade", "hormon"))
asked <- list(veteran = c(30, 90, 180, 365), lung = c(180, 365, 540, 730), rotterdam = c(365, 1000, 1826, 3650))
# coxph stops where the likelihood does no longer change, at half of the digits: it starts again from there
exactly <- function(formula, data, ties = "efron") {
  fit <- coxph(formula, data, ties = ties, x = TRUE)
  start <- fit$loglik[1]
  for (again in 1:3) fit <- coxph(formula, data, ties = ties, init = coef(fit), x = TRUE)
  fit$loglik[1] <- start
  fit
}

for (name in names(tables)) {
  d <- tables[[name]]
  t <- asked[[name]]
  table_of(name, d)
  key <- function(what) paste0(name, ".", what)
  put(key("asked"), t)

  # Kaplan-Meier
  for (type in c("plain", "log", "log-log")) {
    fit <- survfit(Surv(time, event) ~ 1, d, conf.type = type)
    s <- summary(fit, times = t, extend = TRUE)
    put(key(paste0("km.lower.", type)), s$lower)
    put(key(paste0("km.upper.", type)), s$upper)
    q <- quantile(fit, c(0.25, 0.5, 0.75))
    put(key(paste0("km.quantile.lower.", type)), q$lower)
    put(key(paste0("km.quantile.upper.", type)), q$upper)
  }
  if (name != "rotterdam") {
    put(key("km.times"), fit$time); put(key("km.survival"), fit$surv); put(key("km.atrisk"), fit$n.risk)
    put(key("km.events"), fit$n.event); put(key("km.censored"), fit$n.censor)
  }
  put(key("km.asked"), s$surv); put(key("km.asked.se"), s$std.err); put(key("km.asked.atrisk"), s$n.risk)
  put(key("km.quantile"), q$quantile)

  # concordance
  for (weight in c("n", "n/G2")) {
    c <- concordance(Surv(time, event) ~ risk, d, reverse = TRUE, timewt = weight)
    put(key(paste0("c.", weight)), c(c$concordance, sqrt(c$var), c$count))
    c <- concordance(Surv(time, event) ~ risk, d, reverse = TRUE, timewt = weight, ymax = t[3])
    put(key(paste0("c.tau.", weight)), c(c$concordance, sqrt(c$var), c$count))
  }

  # the censoring
  reverse <- survfit(Surv(time - 1e-6 * event, 1 - event) ~ 1, d, timefix = FALSE) # events come before censorings
  put(key("g.before"), summary(reverse, times = t - 1e-3, extend = TRUE)$surv)
  put(key("g.at"), summary(reverse, times = t, extend = TRUE)$surv)

  # log-rank
  test <- survdiff(as.formula(paste("Surv(time, event) ~", groups[[name]])), d)
  put(key("logrank"), c(test$chisq, pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)))
  put(key("logrank.expected"), test$exp)

  # hazard ratio and restricted mean of two groups
  old <- d$age > median(d$age)
  fit <- exactly(Surv(time, event) ~ old, data.frame(d, old))
  put(key("ratio"), c(coef(fit), sqrt(vcov(fit)), summary(fit)$conf.int[c(1, 3, 4)], summary(fit)$coefficients[5]))
  for (tau in t) {
    fit <- summary(survfit(Surv(time, event) ~ old, d), rmean = tau)$table
    put(key(paste0("rmst.", tau)), c(fit[, "rmean"], fit[, "se(rmean)"]))
  }

  # Cox
  for (ties in c("efron", "breslow")) {
    fit <- exactly(as.formula(paste("Surv(time, event) ~", paste(covariates[[name]], collapse = "+"))), d, ties)
    put(key(paste0("cox.", ties, ".coefficients")), coef(fit))
    put(key(paste0("cox.", ties, ".se")), sqrt(diag(vcov(fit))))
    put(key(paste0("cox.", ties, ".loglik")), fit$loglik)
    lp <- drop(fit$x %*% coef(fit))
    put(key(paste0("cox.", ties, ".lp")), lp[1:5])
    # the baseline hazard at a linear predictor of 0, at all times of follow-up
    zero <- as.data.frame(matrix(0, 1, ncol(fit$x), dimnames = list(NULL, colnames(fit$x))))
    hazard <- survfit(fit, newdata = zero)
    put(key(paste0("hazard.", ties)), summary(hazard, times = t, extend = TRUE)$cumhaz)
    slope <- exactly(Surv(time, event) ~ lp, data.frame(d, lp = 0.7 * lp))
    put(key(paste0("slope.", ties)), c(coef(slope), sqrt(vcov(slope))))
  }
}

lines <- sapply(names(expected), function(name) paste0(name, ",", line(expected[[name]])))
writeLines(lines, file.path(folder, "survival-expected.csv"))
