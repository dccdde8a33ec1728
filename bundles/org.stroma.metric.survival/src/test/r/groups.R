# Makes the table and the expected values of the tests of risk groups and net benefit: those of R's survival package. Odd patients
# are the training patients, at whose median risk the others are cut.
#
#     Rscript groups.R FOLDER
library(survival)
folder <- commandArgs(TRUE)[1]
put <- function(name, ...) cat(paste0(name, ",", paste(formatC(c(...), digits = 17, format = "g", width = -1), collapse = ",")),
  file = file.path(folder, "groups-expected.csv"), sep = "\n", append = name != "cut")
v <- with(veteran, data.frame(time, event = status, risk = -karno / 10 + age / 50 - (trt == 1) / 7))
odd <- seq_len(nrow(v)) %% 2 == 1
cut <- median(v$risk[odd])
d <- v[!odd, ]
d$high <- d$risk > cut
d$alive <- exp(-exp(d$risk - cut) * 90 / 200)
write.table(transform(d, above = risk - cut, high = NULL), file.path(folder, "groups.csv"), sep = ",", row.names = FALSE, quote = FALSE)
put("cut", cut, sum(d$high), sum(!d$high))
test <- survdiff(Surv(time, event) ~ high, d)
put("log_rank", test$chisq, pchisq(test$chisq, 1, lower.tail = FALSE))
# coxph stops at half of the digits: it starts again from there
exactly <- function(formula) {
  fit <- coxph(formula, d)
  for (again in 1:3) fit <- coxph(formula, d, init = coef(fit))
  unname(c(exp(coef(fit)), exp(confint(fit))))
}
put("hazard_ratio", exactly(Surv(time, event) ~ high))
put("per_standard_deviation", exactly(Surv(time, event) ~ I(risk / sd(risk))))
means <- summary(survfit(Surv(time, event) ~ high, d), rmean = 180)$table[, c("rmean", "se(rmean)")]
put("rmst", means[1, 1] - means[2, 1], sqrt(sum(means[, 2]^2)), means[, 1])
benefit <- function(p, treated) {
  dead <- 1 - summary(survfit(Surv(time, event) ~ 1, d[treated, ]), times = 90)$surv
  (dead - (1 - dead) * p / (1 - p)) * mean(treated)
}
put("net_benefit", sapply(c(0.2, 0.4), function(p) c(benefit(p, 1 - d$alive >= p), benefit(p, rep(TRUE, nrow(d))))))
