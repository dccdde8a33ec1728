/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.EnumMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns an experiment into factory configurations, and waits until Declarative Services has wired its parts. */
@Component(service = PartWiring.class)
public final class PartWiring {
  private static final Logger LOG = LoggerFactory.getLogger(PartWiring.class);
  private static final long PATIENCE_MILLIS = 20_000;
  private static final long GOODBYE_MILLIS = 3_000;

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final PartCatalog catalog;

  @Activate
  public PartWiring(
      BundleContext context, @Reference ConfigurationAdmin admin, @Reference PartCatalog catalog) {
    this.context = context;
    this.admin = admin;
    this.catalog = catalog;
  }

  /**
   * Waits until all listeners have dealt with everything that was changed before: events come one after the other. A
   * framework that stops while parts are being taken down would say so at length.
   */
  private void settle() {
    boolean interrupted = Thread.interrupted();
    CountDownLatch heard = new CountDownLatch(1);
    try {
      Configuration last = admin.createFactoryConfiguration("org.stroma.runtime.settled", "?");
      String pid = last.getPid();
      ConfigurationListener listener = event -> {
        if (event.getType() == ConfigurationEvent.CM_DELETED && pid.equals(event.getPid())) {
          heard.countDown();
        }
      };
      ServiceRegistration<?> registration = context.registerService(ConfigurationListener.class, listener, null);
      try {
        last.update(new Hashtable<>());
        last.delete();
        heard.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } finally {
        registration.unregister();
      }
    } catch (IOException | IllegalStateException e) {
      // the framework is going down already
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The parts of one experiment; closing deletes its configurations and with them the parts. */
  static final class Wired implements AutoCloseable {
    private final List<Configuration> configurations = new ArrayList<>();
    private final PartWiring wiring;
    private final Thread user = Thread.currentThread();
    private final String id;
    private final List<Experiment.PartUse> uses;
    private volatile boolean closing;
    private volatile boolean lost;

    Wired(PartWiring wiring, String id, List<Experiment.PartUse> uses) {
      this.wiring = wiring;
      this.id = id;
      this.uses = uses;
    }

    private ServiceTracker<PartSet, PartSet> tracker;
    private PartSet parts;

    PartSet parts() {
      return parts;
    }

    /** Does something with the parts; when one of them goes away meanwhile, it is interrupted and ends with a sentence. */
    <T> T use(Supplier<T> work) {
      try {
        return work.get();
      } catch (RuntimeException e) {
        if (!lost) {
          throw e;
        }
        LOG.warn("parts went away", e);
        throw gone();
      }
    }

    /** Declarative Services says that the parts are no longer all there; their bundle may be half gone at this moment. */
    private ExperimentException gone() {
      Thread.interrupted();
      List<Fault> faults = new ArrayList<>();
      long deadline = System.currentTimeMillis() + GOODBYE_MILLIS;
      while (faults.isEmpty() && System.currentTimeMillis() < deadline) {
        for (Experiment.PartUse use : uses) {
          if (!wiring.there(id, use)) {
            faults.add(new Fault(use.slot(), "the " + use.kind().word() + " " + use.type()
                + " went away while the experiment used it, because its bundle was stopped or taken out of extensions/; "
                + "put it back and run again"));
          }
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      if (faults.isEmpty()) {
        faults.add(new Fault("", "a part went away while the experiment used it, and came back; run again"));
      }
      return ExperimentException.lost(faults);
    }

    @Override
    public void close() {
      closing = true;
      if (lost) {
        Thread.interrupted();
      }
      if (tracker != null) {
        tracker.close();
      }
      for (Configuration configuration : configurations) {
        try {
          configuration.delete();
        } catch (IOException | IllegalStateException e) {
          // the framework is going down: there is nothing left to delete
        }
      }
      wiring.settle();
    }
  }

  /**
   * Wires the parts of an experiment.
   *
   * @throws ExperimentException when a part does not start, with its own reason
   */
  Wired wire(Experiment experiment) {
    return wire(experiment.name(), uses(experiment));
  }

  /**
   * Makes parts outside of an experiment.
   *
   * @param wanted by kind ("extractor"), each an object with a type and settings; defaults are written into it
   * @throws ExperimentException with every fault
   */
  public Use use(ObjectNode wanted) {
    List<Experiment.PartUse> uses = ExperimentFile.parts(wanted, catalog);
    return new Use(wire("parts", uses), uses);
  }

  /** Parts outside of an experiment; they are there until this is closed. */
  public static final class Use implements AutoCloseable {
    private final Wired wired;
    private final List<Experiment.PartUse> uses;

    private Use(Wired wired, List<Experiment.PartUse> uses) {
      this.wired = wired;
      this.uses = uses;
    }

    /** The part of a kind, where one was wanted. */
    public <P> Optional<P> get(PartKind kind, Class<P> service) {
      return uses.stream().filter(u -> u.kind() == kind).findFirst().map(u -> wired.parts().get(u.slot(), service));
    }

    @Override
    public void close() {
      wired.close();
    }
  }

  private Wired wire(String name, List<Experiment.PartUse> uses) {
    String id = name + "-" + UUID.randomUUID();
    Wired wired = new Wired(this, id, uses);
    boolean done = false;
    try {
      Map<PartKind, Integer> counts = new EnumMap<>(PartKind.class);
      for (Experiment.PartUse use : uses) {
        Dictionary<String, Object> properties = new Hashtable<>(use.settings());
        properties.put(PartSet.EXPERIMENT, id);
        properties.put(PartSet.SLOT, use.slot());
        Part part = catalog.part(use.kind(), use.type()).orElseThrow();
        configure(wired, part.pid(), properties);
        counts.merge(use.kind(), 1, Integer::sum);
      }
      Dictionary<String, Object> properties = new Hashtable<>();
      properties.put(PartSet.EXPERIMENT, id);
      for (PartKind kind : PartKind.values()) {
        properties.put(kind.word() + ".target", "(" + PartSet.EXPERIMENT + "=" + id + ")");
        properties.put(kind.word() + ".cardinality.minimum", counts.getOrDefault(kind, 0));
      }
      configure(wired, PartSet.PID, properties);
      String filter =
          "(&(objectClass=" + PartSet.class.getName() + ")(" + PartSet.EXPERIMENT + "=" + id + "))";
      wired.tracker =
          new ServiceTracker<>(context, context.createFilter(filter), null) {
            @Override
            public void removedService(ServiceReference<PartSet> reference, PartSet parts) {
              super.removedService(reference, parts);
              if (!wired.closing && wired.parts != null) {
                wired.lost = true;
                wired.user.interrupt();
              }
            }
          };
      wired.tracker.open();
      wired.parts = await(wired.tracker, uses);
      done = true;
      return wired;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    } finally {
      if (!done) {
        wired.close();
      }
    }
  }

  /** Whether the part of a slot is registered. */
  private boolean there(String id, Experiment.PartUse use) {
    try {
      return !context
          .getServiceReferences(
              use.kind().service(), "(&(" + PartSet.EXPERIMENT + "=" + id + ")(" + PartSet.SLOT + "=" + use.slot() + "))")
          .isEmpty();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IllegalStateException e) {
      // the framework is going down
      return false;
    }
  }

  private void configure(Wired wired, String pid, Dictionary<String, Object> properties) throws IOException {
    Configuration configuration = admin.createFactoryConfiguration(pid, "?");
    wired.configurations.add(configuration);
    configuration.update(properties);
  }

  private PartSet await(ServiceTracker<PartSet, PartSet> tracker, List<Experiment.PartUse> uses) {
    long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
    try {
      while (true) {
        PartSet parts = tracker.waitForService(200);
        if (parts != null) {
          return parts;
        }
        List<Fault> faults = new ArrayList<>();
        for (Experiment.PartUse use : uses) {
          catalog.part(use.kind(), use.type())
              .flatMap(part -> catalog.failure(part, use.slot()))
              .ifPresent(why -> faults.add(new Fault(use.slot(), why)));
        }
        if (!faults.isEmpty()) {
          throw new ExperimentException(faults, false);
        }
        if (System.currentTimeMillis() > deadline) {
          List<Fault> late = new ArrayList<>();
          for (Experiment.PartUse use : uses) {
            if (catalog.part(use.kind(), use.type()).isEmpty()) {
              late.add(new Fault(use.slot(), "the " + use.kind().word() + " " + use.type() + " went away"));
            }
          }
          if (late.isEmpty()) {
            late.add(new Fault("", "its parts did not start within " + PATIENCE_MILLIS / 1000
                + " s; one of them does not come to an end of its start" + foreign(uses)));
          }
          throw new ExperimentException(late, false);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /** The parts that are not of the distribution: those that one would suspect. */
  private String foreign(List<Experiment.PartUse> uses) {
    List<String> names = new ArrayList<>();
    for (Experiment.PartUse use : uses) {
      catalog.part(use.kind(), use.type())
          .map(Part::bundle)
          .filter(bundle -> !bundle.getSymbolicName().startsWith("org.stroma."))
          .ifPresent(bundle -> names.add(use.type() + " of " + bundle.getSymbolicName() + " " + bundle.getVersion()));
    }
    return names.isEmpty() ? "" : " (parts of extensions: " + String.join(", ", names) + ")";
  }

  private static List<Experiment.PartUse> uses(Experiment e) {
    List<Experiment.PartUse> uses = new ArrayList<>();
    e.modalities().values().forEach(m -> {
      uses.add(m.reader());
      uses.addAll(m.transforms());
      if (m.tokenizer() != null) {
        uses.add(m.tokenizer());
      }
      uses.add(m.encoder());
    });
    if (e.fusion() != null) {
      uses.add(e.fusion());
    }
    uses.addAll(e.pretraining().values());
    if (e.temporal() != null) {
      uses.add(e.temporal());
    }
    e.heads().values().forEach(h -> uses.add(h.part()));
    e.losses().forEach(l -> uses.add(l.part()));
    uses.add(e.training().optimizer());
    uses.add(e.training().schedule());
    return uses;
  }
}
