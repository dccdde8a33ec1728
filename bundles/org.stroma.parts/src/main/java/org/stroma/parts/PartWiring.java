/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

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
import java.util.concurrent.atomic.AtomicReference;
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
import org.stroma.command.CancelledException;

/** Turns an experiment into factory configurations, and waits until Declarative Services has wired its parts. */
@Component(service = PartWiring.class)
public final class PartWiring {
  private static final Logger LOG = LoggerFactory.getLogger(PartWiring.class);
  private static final int PATIENCE_SECONDS = 20;
  private static final long GOODBYE_MILLIS = 3_000;

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final PartCatalog catalog;
  private final int patienceSeconds;

  @Activate
  public PartWiring(
      BundleContext context, @Reference ConfigurationAdmin admin, @Reference PartCatalog catalog) {
    this.context = context;
    this.admin = admin;
    this.catalog = catalog;
    this.patienceSeconds = PartInvoker.patience(context, PATIENCE_SECONDS);
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
      ServiceRegistration<?> registration =
          context.registerService(ConfigurationListener.class, listener, null);
      try {
        last.update(new Hashtable<>());
        last.delete();
        heard.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
  public static final class Wired implements AutoCloseable {
    private final List<Configuration> configurations = new ArrayList<>();
    private final PartWiring wiring;
    private final Thread user = Thread.currentThread();
    private final String id;
    private final List<PartUse> uses;
    private volatile boolean closing;
    private volatile boolean lost;

    Wired(PartWiring wiring, String id, List<PartUse> uses) {
      this.wiring = wiring;
      this.id = id;
      this.uses = uses;
    }

    private ServiceTracker<WiredParts, ServiceReference<WiredParts>> tracker;
    private ServiceReference<WiredParts> reference;
    private ServiceRegistration<PartGate> gate;
    private WiredParts parts;

    /** Whether a part does not come to an end: what is left of this wiring is left alone. */
    private boolean stuck;

    public WiredParts parts() {
      return parts;
    }

    /** Does something with the parts; when one of them goes away meanwhile, it is interrupted and ends with a sentence. */
    public <T> T use(Supplier<T> work) {
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
    private FaultsException gone() {
      Thread.interrupted();
      List<Fault> faults = new ArrayList<>();
      long deadline = System.currentTimeMillis() + GOODBYE_MILLIS;
      while (faults.isEmpty() && System.currentTimeMillis() < deadline) {
        for (PartUse use : uses) {
          if (!wiring.there(id, use)) {
            faults.add(new Fault(
                use.slot(),
                "the " + use.kind().word() + " " + use.type()
                    + " went away while the experiment used it, because its bundle was stopped or taken out of extensions/; "
                    + "put it back and run again"));
          }
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      if (faults.isEmpty()) {
        faults.add(new Fault(
            "", "a part went away while the experiment used it, and came back; run again"));
      }
      return FaultsException.lost(faults);
    }

    @Override
    public void close() {
      closing = true;
      if (lost) {
        Thread.interrupted();
      }
      if (gate != null && !stuck) {
        // parts end here and not in a thread that others need
        Guarded end = new Guarded(gate::unregister);
        stuck = !end.await(wiring.patienceSeconds);
        if (stuck) {
          LOG.error("{} does not come to an end of its stop", end.suspect(wiring.catalog, uses));
        }
      }
      if (tracker != null) {
        tracker.close();
      }
      if (stuck) {
        return;
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

  /** Code of parts, in a thread of its own: if it never ends, nobody else waits for it. */
  private static final class Guarded {
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;

    Guarded(Runnable code) {
      thread = new Thread(
          () -> {
            try {
              code.run();
            } catch (IllegalStateException e) {
              LOG.debug("the framework is going down", e);
            } finally {
              done.countDown();
            }
          },
          "stroma-parts");
      thread.setDaemon(true);
      thread.start();
    }

    /** Whether it came to an end in time. */
    boolean await(int seconds) {
      boolean interrupted = false;
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      try {
        while (true) {
          try {
            return done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /** The part whose code it is in, in words. */
    String suspect(PartCatalog catalog, List<PartUse> uses) {
      for (StackTraceElement frame : thread.getStackTrace()) {
        String file = frame.getClassName().replace('.', '/') + ".class";
        for (PartUse use : uses) {
          PartDescriptor part = catalog.part(use.kind(), use.type()).orElse(null);
          if (part != null && part.bundle().getEntry(file) != null) {
            return part.words();
          }
        }
      }
      return "a part";
    }
  }

  /**
   * Makes parts outside of an experiment.
   *
   * @param wanted by kind ("extractor"), each an object with a type and settings; defaults are written into it
   * @throws FaultsException with every fault
   */
  public Use use(ObjectNode wanted) {
    List<PartUse> uses = PartSettings.parts(wanted, catalog);
    return new Use(wire(uses), uses);
  }

  /** Parts outside of an experiment; they are there until this is closed. */
  public static final class Use implements AutoCloseable {
    private final Wired wired;
    private final List<PartUse> uses;

    private Use(Wired wired, List<PartUse> uses) {
      this.wired = wired;
      this.uses = uses;
    }

    /** The part of a kind, where one was wanted. */
    public <P> Optional<P> get(PartKind kind, Class<P> service) {
      return uses.stream().filter(u -> u.kind() == kind).findFirst().map(u -> wired
          .parts()
          .get(u.slot(), service));
    }

    @Override
    public void close() {
      wired.close();
    }
  }

  /** An element of a filter, for any value (OSGi Core 3.2.7). */
  static String equal(String key, String value) {
    return "(" + key + "=" + value.replaceAll("([\\\\*()])", "\\\\$1") + ")";
  }

  /**
   * Starts parts and wires them.
   *
   * @throws FaultsException when a part does not start, with its own reason
   */
  public Wired wire(List<PartUse> uses) {
    // not the experiment's name, which may hold anything
    String id = UUID.randomUUID().toString();
    Wired wired = new Wired(this, id, uses);
    boolean done = false;
    try {
      Map<PartKind, Integer> counts = new EnumMap<>(PartKind.class);
      for (PartUse use : uses) {
        Dictionary<String, Object> properties = new Hashtable<>(use.settings());
        properties.put(WiredParts.EXPERIMENT, id);
        properties.put(WiredParts.SLOT, use.slot());
        PartDescriptor part = catalog
            .part(use.kind(), use.type())
            .orElseThrow(() -> FaultsException.lost(List.of(new Fault(
                use.slot(), "the " + use.kind().word() + " " + use.type() + " went away"))));
        // for that bundle alone: another may have a component of the same PID
        configure(wired, part.pid(), part.bundle().getLocation(), properties);
        counts.merge(use.kind(), 1, Integer::sum);
      }
      Dictionary<String, Object> properties = new Hashtable<>();
      properties.put(WiredParts.EXPERIMENT, id);
      wired.gate = context.registerService(
          PartGate.class, new PartGate(), new Hashtable<>(Map.of(WiredParts.EXPERIMENT, id)));
      properties.put("gate.target", equal(WiredParts.EXPERIMENT, id));
      for (PartKind kind : PartKind.values()) {
        properties.put(kind.word() + ".target", equal(WiredParts.EXPERIMENT, id));
        properties.put(kind.word() + ".cardinality.minimum", counts.getOrDefault(kind, 0));
      }
      configure(wired, WiredParts.PID, context.getBundle().getLocation(), properties);
      String filter = "(&(objectClass=" + WiredParts.class.getName() + ")"
          + equal(WiredParts.EXPERIMENT, id) + ")";
      wired.tracker = new ServiceTracker<>(context, context.createFilter(filter), null) {
        @Override
        public ServiceReference<WiredParts> addingService(ServiceReference<WiredParts> reference) {
          // nobody starts parts but await
          return reference;
        }

        @Override
        public void removedService(
            ServiceReference<WiredParts> reference, ServiceReference<WiredParts> same) {
          if (!wired.closing && wired.parts != null) {
            wired.lost = true;
            wired.user.interrupt();
          }
        }
      };
      wired.tracker.open();
      await(wired, uses);
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
  private boolean there(String id, PartUse use) {
    try {
      return !context
          .getServiceReferences(
              use.kind().service(),
              "(&" + equal(WiredParts.EXPERIMENT, id) + equal(WiredParts.SLOT, use.slot()) + ")")
          .isEmpty();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IllegalStateException e) {
      // the framework is going down
      return false;
    }
  }

  private void configure(
      Wired wired, String pid, String location, Dictionary<String, Object> properties)
      throws IOException {
    Configuration configuration = admin.createFactoryConfiguration(pid, location);
    wired.configurations.add(configuration);
    configuration.update(properties);
  }

  private void await(Wired wired, List<PartUse> uses) {
    try {
      wired.reference = wired.tracker.waitForService(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
    if (wired.reference == null) {
      List<Fault> late = new ArrayList<>();
      for (PartUse use : uses) {
        if (!there(wired.id, use)) {
          late.add(new Fault(
              use.slot(),
              "the " + use.kind().word() + " " + use.type() + " did not get ready within "
                  + PATIENCE_SECONDS + " s"));
        }
      }
      throw new FaultsException(
          late.isEmpty()
              ? List.of(
                  new Fault("", "its parts did not get ready within " + PATIENCE_SECONDS + " s"))
              : late,
          false);
    }
    // constructors of parts run now
    AtomicReference<WiredParts> made = new AtomicReference<>();
    Guarded start = new Guarded(() -> made.set(context.getService(wired.reference)));
    if (!start.await(patienceSeconds)) {
      wired.stuck = true;
      throw new FaultsException(
          List.of(new Fault(
              "",
              start.suspect(catalog, uses) + " does not come to an end of its start within "
                  + patienceSeconds + " s; its thread is left behind")),
          false);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancelledException();
    }
    wired.parts = made.get();
    if (wired.parts != null) {
      return;
    }
    List<Fault> faults = new ArrayList<>();
    for (PartUse use : uses) {
      catalog
          .part(use.kind(), use.type())
          .flatMap(part -> catalog.failure(part, use.slot()))
          .ifPresent(why -> faults.add(new Fault(use.slot(), why)));
    }
    throw new FaultsException(
        faults.isEmpty()
            ? List.of(new Fault("", "its parts do not start; the log says more"))
            : faults,
        false);
  }
}
