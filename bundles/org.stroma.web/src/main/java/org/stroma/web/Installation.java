/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.stroma.extensions.Diagnosis;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;

/** What is installed, and why something of it does not start. */
record Installation(BundleContext context, PartCatalog catalog, @Nullable Extensions extensions) {
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Bundle framework = context.getBundle(0);
    json.put("stroma", context.getBundle().getVersion().toString())
        .put("java", System.getProperty("java.runtime.version"))
        .put("framework", framework.getSymbolicName() + " " + framework.getVersion());
    ArrayNode parts = json.putArray("parts");
    for (PartDescriptor part : catalog.parts()) {
      parts
          .addObject()
          .put("kind", part.kind().label())
          .put("type", part.type())
          .put("description", part.description())
          .put("bundle", part.bundle().getSymbolicName() + " " + part.bundle().getVersion());
    }
    ArrayNode problems = json.putArray("problems");
    catalog.flaws().forEach(problems::add);
    ArrayNode folder = json.putArray("extensions");
    ArrayNode rules = json.putArray("rules");
    List<Extension> all = extensions == null ? List.of() : extensions.list();
    if (extensions != null) {
      extensions.rules().forEach(rules::add);
    }
    for (Extension extension : all) {
      folder
          .addObject()
          .put("file", extension.file())
          .put("bundle", extension.bundle())
          .put("works", extension.state() == Extension.State.ACTIVE)
          .put("sentence", extension.toString());
    }
    for (Bundle bundle : context.getBundles()) {
      String name = bundle.getSymbolicName() + " " + bundle.getVersion();
      if (!Diagnosis.works(bundle)
          && !Diagnosis.leftAside(context, bundle)
          && all.stream().noneMatch(extension -> extension.bundle().equals(name))) {
        problems.add("bundle " + name + " does not start"
            + Diagnosis.lacking(context, bundle).map(why -> ": " + why).orElse("; see the log"));
      }
    }
    return json;
  }
}
