/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Timestamp;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificates of a folder and the signers that they vouch for: holders of a listed
 * certificate, and holders of a code-signing certificate issued by a listed authority (PKIX, RFC
 * 5280). A listed certificate that is not an authority vouches only for itself.
 */
final class TrustedCertificates {
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
  private static final String ANY_USAGE = "2.5.29.37.0";
  private static final String NAME_CONSTRAINTS = "2.5.29.30";
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;

  private final Set<X509Certificate> listed;

  private TrustedCertificates(Set<X509Certificate> listed) {
    this.listed = listed;
  }

  /**
   * Reads the certificates of a folder (.pem, .crt, .cer).
   *
   * @throws GeneralSecurityException if a file is not a certificate; names the file
   */
  static TrustedCertificates of(Path folder) throws IOException, GeneralSecurityException {
    Set<X509Certificate> listed = new LinkedHashSet<>();
    if (!Files.isDirectory(folder)) {
      return new TrustedCertificates(listed);
    }
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try (var files = Files.list(folder)) {
      for (Path file : files
          .filter(f -> f.toString().matches("(?i).*\\.(pem|crt|cer)"))
          .sorted()
          .toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          factory.generateCertificates(in).forEach(c -> listed.add((X509Certificate) c));
        } catch (GeneralSecurityException | RuntimeException e) {
          // what Java's parser says is for programmers
          throw new GeneralSecurityException(
              file
                  + " is no certificate, or it is damaged; it has to be one of X.509, in PEM or DER",
              e);
        }
      }
    }
    return new TrustedCertificates(listed);
  }

  int size() {
    return listed.size();
  }

  /** Why a signer is not trusted, as words that follow its name; null if it is trusted. */
  String objection(CodeSigner signer) throws IOException, GeneralSecurityException {
    Date when = time(signer);
    List<X509Certificate> path = certificates(signer.getSignerCertPath());
    X509Certificate certificate = path.get(0);
    if (listed.contains(certificate)) {
      return validAt(certificate, when) ? null : "whose certificate is not valid at this time";
    }
    if (!forUse(certificate, CODE_SIGNING)) {
      return "whose certificate is not for signing code";
    }
    String objection = "and not by a valid certificate";
    for (X509Certificate authority : listed) {
      String reason = objection(path, authority, when);
      if (reason == null) {
        return null;
      }
      objection = reason.isEmpty() ? objection : reason;
    }
    return objection;
  }

  /**
   * Checks whether a listed certificate vouches for a path.
   *
   * @return null if it does; empty if it did not issue the path; else the objection
   */
  private static String objection(List<X509Certificate> whole, X509Certificate authority, Date when)
      throws GeneralSecurityException {
    int end = whole.indexOf(authority);
    List<X509Certificate> path = end < 0 ? whole : whole.subList(0, end);
    X509Certificate last = path.get(path.size() - 1);
    if (!last.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      return "";
    }
    boolean[] usage = authority.getKeyUsage();
    if (authority.getBasicConstraints() < 0 || usage != null && !usage[KEY_CERT_SIGN]) {
      return "whose certificate was issued by "
          + authority.getSubjectX500Principal().getName()
          + ", which is listed and is no authority (CA): list the signer's own certificate";
    }
    // PKIX ignores the constraints of the trust anchor itself
    long between = path.stream()
        .skip(1)
        .filter(c -> !c.getSubjectX500Principal().equals(c.getIssuerX500Principal()))
        .count();
    if (!validAt(authority, when) || between > authority.getBasicConstraints()) {
      return "";
    }
    return validates(path, Set.of(new TrustAnchor(authority, constraints(authority))), when)
        ? null
        : "";
  }

  /** The signing time by a trusted timestamp; else the current time. */
  private Date time(CodeSigner signer) throws GeneralSecurityException, IOException {
    Timestamp stamp = signer.getTimestamp();
    if (stamp == null) {
      return new Date();
    }
    List<X509Certificate> path = certificates(stamp.getSignerCertPath());
    Set<TrustAnchor> anchors = new HashSet<>();
    for (X509Certificate authority : publicAuthorities()) {
      anchors.add(new TrustAnchor(authority, null));
    }
    listed.stream()
        .filter(c -> c.getBasicConstraints() >= 0)
        .forEach(c -> anchors.add(new TrustAnchor(c, null)));
    Date stampedTime = stamp.getTimestamp();
    List<String> uses = path.get(0).getExtendedKeyUsage();
    boolean trusted = uses != null
        && uses.contains(TIME_STAMPING)
        && !stampedTime.after(new Date())
        && (listed.contains(path.get(0)) || validates(withoutRoot(path), anchors, stampedTime));
    return trusted ? stampedTime : new Date();
  }

  /** Drops a self-signed root at the end of a path: it is the trust anchor itself. */
  private static List<X509Certificate> withoutRoot(List<X509Certificate> path) {
    X509Certificate last = path.get(path.size() - 1);
    boolean root =
        path.size() > 1 && last.getSubjectX500Principal().equals(last.getIssuerX500Principal());
    return root ? path.subList(0, path.size() - 1) : path;
  }

  /** The authorities of this Java runtime, which are trusted for timestamps only. */
  private static List<X509Certificate> publicAuthorities() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    List<X509Certificate> issuers = new ArrayList<>();
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        issuers.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return issuers;
  }

  private static boolean validates(List<X509Certificate> path, Set<TrustAnchor> anchors, Date when)
      throws GeneralSecurityException {
    if (anchors.isEmpty()) {
      return false;
    }
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

  private static List<X509Certificate> certificates(CertPath path) {
    return path.getCertificates().stream().map(X509Certificate.class::cast).toList();
  }

  private static boolean validAt(X509Certificate certificate, Date when) {
    return !certificate.getNotBefore().after(when) && !certificate.getNotAfter().before(when);
  }

  /** Whether a certificate allows signing for a purpose; without usage extensions it does. */
  private static boolean forUse(X509Certificate certificate, String purpose)
      throws GeneralSecurityException {
    boolean[] usage = certificate.getKeyUsage();
    List<String> purposes = certificate.getExtendedKeyUsage();
    return (usage == null || usage[DIGITAL_SIGNATURE])
        && (purposes == null || purposes.contains(purpose) || purposes.contains(ANY_USAGE));
  }

  /**
   * The name constraints of an authority; null if it has none. The extension value is wrapped in an
   * OCTET STRING.
   */
  private static byte[] constraints(X509Certificate authority) {
    byte[] wrapped = authority.getExtensionValue(NAME_CONSTRAINTS);
    if (wrapped == null) {
      return null;
    }
    int length = wrapped[1] & 0xff;
    int header = length < 0x80 ? 2 : 2 + (length & 0x7f);
    return Arrays.copyOfRange(wrapped, header, wrapped.length);
  }
}
