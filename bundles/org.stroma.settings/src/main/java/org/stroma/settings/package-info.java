/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The settings of an installation, as {@code conf/stroma.properties} and {@code -D} give them. The
 * launcher checks them against {@link org.stroma.settings.SettingKeys} before the framework starts
 * and hands them on as framework properties; a bundle reads its own by
 * {@link org.stroma.settings.SettingKey#of}. The launcher's jar holds a copy of this package, since
 * it stands outside the framework: what crosses between the two is text.
 */
@NullMarked
@Version("1.1.0")
@Export
package org.stroma.settings;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
