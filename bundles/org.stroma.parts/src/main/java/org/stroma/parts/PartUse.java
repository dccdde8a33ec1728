/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.Map;

/**
 * A place that asks for a part.
 *
 * @param slot JSON pointer of the place
 * @param settings values for Configuration Admin, defaults left to the part
 */
public record PartUse(String slot, PartKind kind, String type, Map<String, Object> settings) {}
