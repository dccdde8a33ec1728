# Makes residuals.json beside this file: log partial likelihoods of R's survival package for given log hazards in larger
# data with many ties, and their exact gradients: the derivative of the log partial likelihood with respect to a
# patient's log hazard is that patient's martingale residual.
#
#     Rscript residuals.R > residuals.json
library(survival)
set.seed(11)
values <- function(x) paste0("{\"shape\": [", length(x), "], \"values\": [", paste(format(x, digits = 10, trim = TRUE), collapse = ", "), "]}")
group <- function(xs) paste0("{", paste(sprintf("\"%s\": %s", names(xs), sapply(xs, values)), collapse = ",\n  "), "}")
cases <- list(
  heavy = list(n = 40, times = 6, events = 0.7),   # about seven patients at each time
  censored = list(n = 33, times = 12, events = 0.2), # most censored, some at the time of an event
  few = list(n = 12, times = 3, events = 0.6))
inputs <- list(); outputs <- list()
for (name in names(cases)) {
  case <- cases[[name]]
  time <- sample(case$times, case$n, TRUE)
  event <- rbinom(case$n, 1, case$events)
  hazard <- round(rnorm(case$n, 0, 2), 3)
  inputs[[paste0(name, "_time")]] <- time
  inputs[[paste0(name, "_event")]] <- event
  inputs[[paste0(name, "_hazard")]] <- hazard
  for (ties in c("efron", "breslow")) {
    # an offset alone leaves nothing to fit: iterations and start values do not matter
    fit <- coxph(Surv(time, event) ~ offset(hazard), ties = ties)
    outputs[[paste0(name, "_", ties)]] <- -fit$loglik[1] / sum(event)
    outputs[[paste0(name, "_", ties, "_gradient")]] <- -unname(residuals(fit, type = "martingale")) / sum(event)
  }
}
cat(sprintf("{\"weights\": {},\n \"inputs\": %s,\n \"outputs\": %s}\n", group(inputs), group(outputs)))
