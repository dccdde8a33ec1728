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
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
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
 * Whom the folder of extensions trusts. Lists and certificates are read anew each time. What cannot be checked is refused.
 *
 * @param mode {@code any}; {@code listed}: its SHA-256 stands in the list; {@code signed}: all of it is signed by a certificate
 *     of the folder, or by one that such a certificate has issued
 * @param list a line a jar: its SHA-256 in hexadecimal, then anything (as sha256sum writes it); # begins a comment
 * @param certificates a folder of X.509 certificates (.pem, .crt, .cer)
 */
record TrustPolicy(String mode, Path list, Path certificates) {
  private static final Pattern SUM = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

  /** Changes when the list or the certificates do. */
  String stamp() {
    List<Path> files = new ArrayList<>(List.of(list));
    try (var entries = Files.isDirectory(certificates) ? Files.list(certificates) : Stream.<Path>empty()) {
      entries.sorted().forEach(files::add);
      StringBuilder stamp = new StringBuilder();
      for (Path file : files) {
        stamp.append(file).append(' ')
            .append(Files.exists(file) ? Files.getLastModifiedTime(file) + " " + Files.size(file) : "").append('\n');
      }
      return stamp.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Why a jar is not trusted; empty for one that is. */
  Optional<String> refusal(Path jar) {
    try {
      return switch (mode) {
        case "any" -> Optional.empty();
        case "listed" -> unlisted(jar);
        case "signed" -> unsigned(jar);
        default ->
            Optional.of("stroma.extensions.policy is \"" + mode + "\"; it has to be any, listed or signed, and until then "
                + "nothing is trusted");
      };
    } catch (IOException | GeneralSecurityException e) {
      return Optional.of("it cannot be checked: " + e.getMessage());
    }
  }

  private Optional<String> unlisted(Path jar) throws IOException, GeneralSecurityException {
    String sum = sha256(jar);
    if (!Files.isRegularFile(list)) {
      return Optional.of("its SHA-256 " + sum + " has to stand in " + list + ", and that is no file");
    }
    boolean listed =
        // in whatever encoding the names of files are
        new String(Files.readAllBytes(list), StandardCharsets.ISO_8859_1).lines()
            .filter(line -> !line.strip().startsWith("#"))
            .flatMap(line -> SUM.matcher(line.toLowerCase(Locale.ROOT)).results())
            .anyMatch(found -> found.group().equals(sum));
    return listed ? Optional.empty() : Optional.of("its SHA-256 " + sum + " does not stand in " + list);
  }

  private static String sha256(Path jar) throws IOException, GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(jar)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Optional<String> unsigned(Path jar) throws IOException, GeneralSecurityException {
    Set<X509Certificate> trusted = trusted();
    if (trusted.isEmpty()) {
      return Optional.of("it has to be signed, and " + certificates + " holds no certificate (.pem, .crt, .cer)");
    }
    Set<String> strangers = new LinkedHashSet<>();
    Set<CodeSigner> known = new HashSet<>();
    try (JarFile file = new JarFile(jar.toFile(), true)) {
      byte[] buffer = new byte[1 << 16];
      for (JarEntry entry : file.stream().filter(e -> !e.isDirectory() && !signature(e.getName())).toList()) {
        // signatures are looked at while an entry is read
        try (InputStream in = file.getInputStream(entry)) {
          while (in.read(buffer) >= 0) {
            continue;
          }
        }
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers == null) {
          return Optional.of("it is not signed: " + entry.getName());
        }
        if (!trusted(signers, trusted, known, strangers)) {
          return Optional.of("it is signed by " + String.join(" and ", strangers) + ", and not by a valid certificate of "
              + certificates);
        }
      }
    } catch (SecurityException e) {
      return Optional.of("it was changed after it had been signed: " + e.getMessage());
    } catch (ZipException e) {
      return Optional.of("it is no jar: " + e.getMessage());
    }
    return known.isEmpty() ? Optional.of("it holds nothing that is signed") : Optional.empty();
  }

  private static boolean trusted(
      CodeSigner[] signers, Set<X509Certificate> trusted, Set<CodeSigner> known, Set<String> strangers)
      throws GeneralSecurityException {
    for (CodeSigner signer : signers) {
      if (known.contains(signer) || valid(signer, trusted)) {
        known.add(signer);
        return true;
      }
      strangers.add(((X509Certificate) signer.getSignerCertPath().getCertificates().get(0)).getSubjectX500Principal().getName());
    }
    return false;
  }

  /** PKIX (RFC 5280) from the signer to a listed certificate, at the time of the signature where a timestamp tells it. */
  private static boolean valid(CodeSigner signer, Set<X509Certificate> trusted) throws GeneralSecurityException {
    Date when = signer.getTimestamp() == null ? new Date() : signer.getTimestamp().getTimestamp();
    List<X509Certificate> path = new ArrayList<>();
    for (Certificate certificate : signer.getSignerCertPath().getCertificates()) {
      X509Certificate x509 = (X509Certificate) certificate;
      if (trusted.contains(x509)) {
        if (x509.getNotBefore().after(when) || x509.getNotAfter().before(when)) {
          return false;
        }
        break;
      }
      path.add(x509);
    }
    if (path.isEmpty()) {
      return true;
    }
    Set<TrustAnchor> anchors = new HashSet<>();
    trusted.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
    PKIXParameters parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(when);
    try {
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return true;
    } catch (CertPathValidatorException e) {
      return false;
    }
  }

  private static boolean signature(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("META-INF/") && upper.indexOf('/', 9) < 0
        && (upper.endsWith(".SF") || upper.endsWith(".RSA") || upper.endsWith(".DSA") || upper.endsWith(".EC")
            || upper.equals("META-INF/MANIFEST.MF"));
  }

  private Set<X509Certificate> trusted() throws IOException, GeneralSecurityException {
    Set<X509Certificate> trusted = new LinkedHashSet<>();
    if (!Files.isDirectory(certificates)) {
      return trusted;
    }
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try (var files = Files.list(certificates)) {
      for (Path file : files.filter(f -> f.toString().matches("(?i).*\\.(pem|crt|cer)")).sorted().toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          factory.generateCertificates(in).forEach(c -> trusted.add((X509Certificate) c));
        } catch (GeneralSecurityException e) {
          throw new GeneralSecurityException(file + " is no certificate: " + e.getMessage(), e);
        }
      }
    }
    return trusted;
  }
}
