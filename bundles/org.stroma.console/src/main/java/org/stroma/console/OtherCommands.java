/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.stroma.command.Command;
import org.stroma.command.Progress;
import picocli.CommandLine;

/** Registers commands of other bundles with the Gogo console. */
@Component(service = OtherCommands.class, immediate = true)
public final class OtherCommands {
  private static final Progress NO_PROGRESS = new Progress() {
    @Override
    public void note(String message) {}

    @Override
    public void at(String message) {}
  };

  private final BundleContext context;
  private final Commands commands;
  private final Map<Command, ServiceRegistration<Function>> registrations = new HashMap<>();

  @Activate
  public OtherCommands(BundleContext context, @Reference Commands commands) {
    this.context = context;
    this.commands = commands;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void add(Command command) {
    String name = new CommandLine(
            command.call(new PrintStream(OutputStream.nullOutputStream()), NO_PROGRESS))
        .getCommandName();
    Function function = (session, arguments) -> commands.gogo(
        name, arguments.stream().map(a -> a == null ? null : a.toString()).toArray(String[]::new));
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(CommandProcessor.COMMAND_SCOPE, "stroma");
    properties.put(CommandProcessor.COMMAND_FUNCTION, name);
    registrations.put(command, context.registerService(Function.class, function, properties));
  }

  synchronized void remove(Command command) {
    ServiceRegistration<Function> registration = registrations.remove(command);
    if (registration != null) {
      registration.unregister();
    }
  }
}
