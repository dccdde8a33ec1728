/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;

/** Factory configurations that are made for one use and deleted together. */
final class ConfigurationUpdates {
  private static final int PATIENCE_SECONDS = 20;

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final List<Configuration> made = new ArrayList<>();

  ConfigurationUpdates(BundleContext context, ConfigurationAdmin admin) {
    this.context = context;
    this.admin = admin;
  }

  /** Makes a configuration for the bundle of that location alone: another may have a component of the same PID. */
  void add(String pid, String location, Dictionary<String, Object> properties) throws IOException {
    Configuration configuration = admin.createFactoryConfiguration(pid, location);
    made.add(configuration);
    configuration.update(properties);
  }

  /** Deletes what was made, and waits until everybody who listens has dealt with that. */
  void delete() {
    for (Configuration configuration : made) {
      try {
        configuration.delete();
      } catch (IOException | IllegalStateException e) {
        // the framework is going down: there is nothing left to delete
      }
    }
    settle();
  }

  /**
   * Waits until all listeners have dealt with everything that was changed before: events come one after the other. A
   * framework that stops while parts are being taken down would say so at length.
   */
  private void settle() {
    boolean interrupted = Thread.interrupted();
    CountDownLatch heard = new CountDownLatch(1);
    try {
      Configuration last = admin.createFactoryConfiguration("org.stroma.parts.settled", "?");
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
}
