# Harrell's c-index of what `simulate` plants with log hazard ratios of 1, drawn here by R alone.
# Prints for each share of censoring: the share, and c of the true log hazard, of one factor, of the three, of the interaction.
library(survival)
set.seed(1)
n <- 200000
factors <- matrix(rnorm(3 * n), n)
interaction <- sign(rnorm(n)) * sign(rnorm(n))
hazard <- rowSums(factors) + interaction
event <- rexp(n) / exp(hazard)
for (share in c(0, 0.25)) {
  rate <- if (share > 0) uniroot(function(l) mean(1 / (1 + exp(hazard - l))) - share, c(-20, 20))$root else -Inf
  censoring <- rexp(n) / exp(rate)
  seen <- event <= censoring
  time <- pmin(event, censoring)
  c.index <- function(risk) concordance(Surv(time, seen) ~ risk, reverse = TRUE)$concordance
  cat(mean(!seen), c.index(hazard), c.index(factors[, 1]), c.index(rowSums(factors)), c.index(interaction), "\n")
}
