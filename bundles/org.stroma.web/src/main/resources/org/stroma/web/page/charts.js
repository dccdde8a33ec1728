/* Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0 */
"use strict";

/* The curves of one run: numbers as they come from the server, and a chart a quantity. */
(function () {
  // Okabe and Ito's colours, which tell apart however one sees colour
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
  // more lines than these have no legend
  const NAMED = 7;

  function title(column) {
    const known = {
      loss: "Loss",
      gradient_norm: "Gradient norm, before clipping",
      learning_rate: "Learning rate",
    };
    return known[column] || (column.startsWith("loss.") ? "Loss: " + column.slice(5) : column);
  }

  /* Lines of several models over the same epochs: epochs once, and a value or null a line. */
  function aligned(lines) {
    const epochs = [...new Set(lines.flatMap((line) => [...line.values.keys()]))].sort((a, b) => a - b);
    return [
      epochs,
      ...lines.map((line) => epochs.map((epoch) => (line.values.has(epoch) ? line.values.get(epoch) : null))),
    ];
  }

  class Charts {
    constructor(parent) {
      this.parent = parent;
      this.charts = new Map();
      this.clear();
    }

    clear() {
      this.models = new Map();
      this.metrics = new Map();
      this.parent.replaceChildren();
      this.charts.forEach((chart) => chart.plot && chart.plot.destroy());
      this.charts.clear();
    }

    /* Takes in what the server tells. */
    add(news) {
      if (news.reset) {
        this.clear();
      }
      for (const told of news.models) {
        // of one label the later model goes on
        for (const [number, other] of this.models) {
          if (other.label === told.label && number !== told.model) {
            this.models.delete(number);
          }
        }
        const model = this.models.get(told.model) || { label: told.label, inner: told.inner, columns: new Map() };
        this.models.set(told.model, model);
        this.put(model.columns, told);
      }
      for (const told of news.metrics) {
        const columns = new Map();
        this.put(columns, told);
        this.metrics.set(told.label, columns);
      }
      this.draw();
    }

    put(columns, told) {
      for (const [column, values] of Object.entries(told.values)) {
        const line = columns.get(column) || new Map();
        columns.set(column, line);
        values.forEach((value, i) => line.set(told.epoch[i], value));
      }
    }

    /* What there is to draw: title to lines. */
    figures() {
      const figures = new Map();
      const outer = [...this.models.values()].filter((model) => !model.inner);
      const inner = [...this.models.values()].filter((model) => model.inner);
      const collect = (models, suffix, keep) => {
        const columns = new Set(models.flatMap((model) => [...model.columns.keys()]));
        const terms = [...columns].filter((column) => column.startsWith("loss."));
        for (const column of columns) {
          // a single term is the loss itself
          if (!keep(column) || (terms.length === 1 && column === terms[0])) {
            continue;
          }
          const lines = models
            .filter((model) => model.columns.has(column))
            .map((model) => ({ label: model.label, values: model.columns.get(column) }));
          if (lines.some((line) => [...line.values.values()].some((value) => value !== null))) {
            figures.set(title(column) + suffix, lines);
          }
        }
      };
      collect(outer, "", (column) => column === "loss");
      const byMetric = new Map();
      this.metrics.forEach((columns, label) =>
        columns.forEach((values, metric) => {
          byMetric.set(metric, (byMetric.get(metric) || []).concat({ label, values }));
        }),
      );
      byMetric.forEach((lines, metric) => figures.set(metric + ", validation patients of inner folds", lines));
      collect(outer, "", (column) => column === "gradient_norm");
      collect(outer, "", (column) => column.startsWith("loss."));
      collect(inner, ", inner folds", (column) => column === "loss");
      collect(outer, "", (column) => column === "learning_rate");
      return figures;
    }

    draw() {
      let place = 0;
      this.figures().forEach((lines, name) => {
        const chart = this.charts.get(name) || this.make(name);
        const data = aligned(lines);
        chart.box.parentNode.style.order = place++;
        chart.box.parentNode.dataset.epochs = data[0].length;
        const labels = lines.map((line) => line.label).join("\n");
        if (chart.plot && chart.labels === labels) {
          chart.plot.setData(data);
          return;
        }
        if (chart.plot) {
          chart.plot.destroy();
        }
        chart.labels = labels;
        chart.plot = new uPlot(this.options(lines, chart.box), data, chart.box);
      });
    }

    make(name) {
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      const box = document.createElement("div");
      caption.textContent = name;
      figure.append(caption, box);
      this.parent.append(figure);
      const chart = { box, plot: null, labels: "" };
      new ResizeObserver(() => {
        if (chart.plot && box.clientWidth > 0 && box.clientWidth !== chart.plot.width) {
          chart.plot.setSize({ width: box.clientWidth, height: 200 });
        }
      }).observe(box);
      this.charts.set(name, chart);
      return chart;
    }

    options(lines, box) {
      const many = lines.length > NAMED;
      const series = lines.map((line, i) => {
        const latest = i === lines.length - 1;
        return {
          label: line.label,
          stroke: many ? (latest ? COLOURS[1] : "rgba(0, 114, 178, 0.35)") : COLOURS[i % COLOURS.length],
          width: latest ? 2 : 1,
          spanGaps: true,
          points: { show: lines[i].values.size < 3 },
        };
      });
      return {
        width: Math.max(200, box.clientWidth),
        height: 200,
        scales: { x: { time: false } },
        series: [{ label: "epoch" }, ...series],
        axes: [
          { stroke: "#444", grid: { stroke: "#eee" }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
          { stroke: "#444", grid: { stroke: "#eee" }, size: room, values: (plot, ticks) => ticks.map((tick) => label(tick, ticks)) },
        ],
        legend: { show: !many, live: false },
        cursor: { drag: { x: true, y: false } },
      };
    }
  }

  /* A tick, in as many digits as tell it from the next one. */
  function label(tick, ticks) {
    const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : Math.abs(tick);
    const largest = Math.max(...ticks.map(Math.abs));
    if (largest !== 0 && (largest < 1e-3 || largest >= 1e5)) {
      return tick.toExponential(Math.min(3, Math.max(0, Math.ceil(Math.log10(largest / step) - 1e-9))));
    }
    let digits = 0;
    while (digits < 9 && Math.abs(step - Number(step.toFixed(digits))) > step * 1e-6) {
      digits++;
    }
    return tick.toFixed(digits);
  }

  /* The width that an axis takes for its labels. */
  function room(plot, labels) {
    return labels === null ? 50 : 18 + 7 * Math.max(4, ...labels.map((each) => each.length));
  }

  /* A number in few digits. */
  function number(value) {
    if (value === null || value === undefined) {
      return "";
    }
    const size = Math.abs(value);
    return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(1) : String(Number(value.toPrecision(4)));
  }

  window.StromaCharts = Charts;
  window.stromaNumber = number;
})();
