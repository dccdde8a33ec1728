/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * The trust policy of the folder of extensions. Lists and certificates are read again for each
 * check; what cannot be checked is refused.
 *
 * @param mode {@code any}; {@code listed}: the SHA-256 of a jar is in the list; {@code signed}:
 *     every entry is signed by a certificate of the folder, or by a code-signing certificate that
 *     an authority (CA) of the folder has issued
 * @param list file with one jar per line: its SHA-256 in hexadecimal, then anything (as
 *     sha256sum writes it); # starts a comment
 * @param certificates folder of X.509 certificates (.pem, .crt, .cer)
 */
record TrustPolicy(String mode, Path list, Path certificates) {
  private static final Pattern SUM = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

  /** Changes when the list or the certificates change. */
  String stamp() {
    List<Path> files = new ArrayList<>(List.of(list));
    try (var entries =
        Files.isDirectory(certificates) ? Files.list(certificates) : Stream.<Path>empty()) {
      entries.sorted().forEach(files::add);
      StringBuilder stamp = new StringBuilder();
      for (Path file : files) {
        stamp
            .append(file)
            .append(' ')
            .append(
                Files.exists(file) ? Files.getLastModifiedTime(file) + " " + Files.size(file) : "")
            .append('\n');
      }
      return stamp.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Why a jar is not trusted; empty if it is. */
  Optional<String> refusal(Path jar) {
    try {
      return switch (mode) {
        case "any" -> Optional.empty();
        case "listed" -> unlisted(jar);
        case "signed" -> unsigned(jar);
        default -> Optional.of("stroma.extensions.policy is \"" + mode
            + "\"; it has to be any, listed or signed, and until then " + "nothing is trusted");
      };
    } catch (IOException | GeneralSecurityException e) {
      return Optional.of("it cannot be checked: " + e.getMessage());
    }
  }

  private Optional<String> unlisted(Path jar) throws IOException {
    String checksum = sha256(jar);
    if (!Files.isRegularFile(list)) {
      return Optional.of(
          "its SHA-256 " + checksum + " has to stand in " + list + ", and that is no file");
    }
    return listed(list, checksum)
        ? Optional.empty()
        : Optional.of("its SHA-256 " + checksum + " does not stand in " + list);
  }

  /** Whether a SHA-256 stands in a list, in no line that begins with #. */
  static boolean listed(Path list, String checksum) throws IOException {
    // ISO 8859-1 reads any bytes: file names may be in any encoding
    return new String(Files.readAllBytes(list), StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> !line.strip().startsWith("#"))
        .flatMap(line -> SUM.matcher(line.toLowerCase(Locale.ROOT)).results())
        .anyMatch(found -> found.group().equals(checksum));
  }

  static String sha256(Path jar) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(jar)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Optional<String> unsigned(Path jar) throws IOException, GeneralSecurityException {
    TrustedCertificates trusted = TrustedCertificates.of(certificates);
    if (trusted.size() == 0) {
      return Optional.of(
          "it has to be signed, and " + certificates + " holds no certificate (.pem, .crt, .cer)");
    }
    Set<CodeSigner> trustedSigners = new HashSet<>();
    Optional<String> size = size(jar);
    if (size.isPresent()) {
      return size;
    }
    try (JarFile file = new JarFile(jar.toFile(), true)) {
      byte[] buffer = new byte[1 << 16];
      for (JarEntry entry : file.stream()
          .filter(e -> !e.isDirectory() && !isSignatureFile(e.getName()))
          .toList()) {
        // signatures are verified while an entry is read
        try (InputStream in = file.getInputStream(entry)) {
          while (in.read(buffer) >= 0) {
            continue;
          }
        }
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers == null) {
          return Optional.of("it is not signed: " + entry.getName());
        }
        Optional<String> untrusted = untrustedSigners(signers, trusted, trustedSigners);
        if (untrusted.isPresent()) {
          return Optional.of("it is signed by " + untrusted.get()
              + " (trusted are the certificates of " + certificates
              + ", and whom those of them that are authorities have issued one for signing code)");
        }
      }
    } catch (SecurityException e) {
      return Optional.of("it was changed after it had been signed: " + e.getMessage());
    } catch (ZipException e) {
      return Optional.of("it is no jar: " + e.getMessage());
    }
    return trustedSigners.isEmpty()
        ? Optional.of("it holds nothing that is signed")
        : Optional.empty();
  }

  /** Everything of a signed jar is unpacked to be checked. */
  private static Optional<String> size(Path jar) throws IOException {
    try {
      return JarSize.objection(jar);
    } catch (ZipException e) {
      return Optional.of("it is no jar: " + e.getMessage());
    }
  }

  /** Names the signers and the objection to each; empty if one of them is trusted. */
  private static Optional<String> untrustedSigners(
      CodeSigner[] signers, TrustedCertificates trusted, Set<CodeSigner> trustedSigners)
      throws IOException, GeneralSecurityException {
    Set<String> untrusted = new LinkedHashSet<>();
    for (CodeSigner signer : signers) {
      String objection = trustedSigners.contains(signer) ? null : trusted.objection(signer);
      if (objection == null) {
        trustedSigners.add(signer);
        return Optional.empty();
      }
      X509Certificate certificate =
          (X509Certificate) signer.getSignerCertPath().getCertificates().get(0);
      untrusted.add(certificate.getSubjectX500Principal().getName() + ", " + objection);
    }
    return Optional.of(String.join("; and by ", untrusted));
  }

  private static boolean isSignatureFile(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("META-INF/")
        && upper.indexOf('/', 9) < 0
        && (upper.endsWith(".SF")
            || upper.endsWith(".RSA")
            || upper.endsWith(".DSA")
            || upper.endsWith(".EC")
            || upper.equals("META-INF/MANIFEST.MF"));
  }

  /** Describes the policy, as a sentence. */
  String sentence() {
    return switch (mode) {
      case "any" -> "any: every jar of the folder is started, whoever made it";
      case "listed" -> "listed: jars whose SHA-256 stands in " + list
          + (Files.isRegularFile(list) ? "" : ", which is no file: nothing is trusted");
      case "signed" -> {
        try {
          int size = TrustedCertificates.of(certificates).size();
          yield "signed: jars signed by the " + size
              + (size == 1 ? " certificate of " : " certificates of ") + certificates
              + ", or by whom those of them that are "
              + "authorities have issued one for signing code"
              + (size == 0 ? ": nothing is trusted" : "");
        } catch (IOException | GeneralSecurityException e) {
          yield "signed, but nothing is trusted: " + e.getMessage();
        }
      }
      default -> "\"" + mode + "\", which is none of any, listed and signed: nothing is trusted";
    };
  }

  /** Whether trust is restricted; then extensions may not provide parts that exist already. */
  boolean strict() {
    return !mode.equals("any");
  }
}
