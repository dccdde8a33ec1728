/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The extension points of the model. A part is a Declarative Services factory component that
 * implements one of these interfaces and carries the annotation of its kind
 * ({@link org.stroma.api.EncoderPart} and so on). It is a pure function from graph tensors to graph
 * tensors: it sees its settings and a {@link org.stroma.nn.Net}, never a session, a file or another
 * part.
 *
 * <p>B batch, N elements of a sequence (patches, words), d embedDim. Masks and presence flags are
 * float tensors of 1 and 0.
 */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
