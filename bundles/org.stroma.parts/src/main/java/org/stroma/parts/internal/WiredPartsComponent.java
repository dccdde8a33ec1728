/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.AnyService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.WiredParts;

/**
 * The parts of one experiment, wired by Declarative Services. One reference takes services of any type that carry the
 * experiment's id and a slot; its configuration sets the id and, as the minimum cardinality, the number of parts. So the
 * component is satisfied exactly when every part is there, whatever kinds of parts there are.
 */
@Component(
    service = WiredParts.class,
    configurationPid = WiredPartsComponent.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class WiredPartsComponent implements WiredParts {
  /** Factory PID. */
  static final String PID = "org.stroma.parts.wired";

  /** Service property with the id of the experiment that a part belongs to. */
  static final String EXPERIMENT = "stroma.experiment";

  /** Service property with the JSON pointer of the place in the experiment. */
  static final String SLOT = "stroma.slot";

  /** Name of the reference to the parts. */
  static final String PARTS = "parts";

  /** Name of the reference to the gate. */
  static final String GATE = "gate";

  private static final int PATIENCE_SECONDS = 60;

  private final Map<String, Object> bySlot = new HashMap<>();
  private final PartInvoker code;

  @Activate
  public WiredPartsComponent(
      BundleContext context,
      @Reference(name = GATE) PartGate gate,
      @Reference(
              name = PARTS,
              service = AnyService.class,
              target = "(" + SLOT + "=*)",
              cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Object>> parts) {
    code = PartInvoker.of(context, PATIENCE_SECONDS);
    parts.forEach(part -> bySlot.put((String) part.getKey().get(SLOT), part.getValue()));
  }

  @Override
  public PartInvoker code() {
    return code;
  }

  @Override
  public <P> P get(String slot, Class<P> kind) {
    Object part = bySlot.get(slot);
    if (!kind.isInstance(part)) {
      throw new IllegalStateException("no " + kind.getSimpleName() + " in slot " + slot);
    }
    return kind.cast(part);
  }
}
