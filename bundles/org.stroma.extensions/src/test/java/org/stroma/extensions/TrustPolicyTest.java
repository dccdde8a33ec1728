/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustPolicyTest {
  @TempDir
  private Path folder;

  private Path jar;
  private Path certificates;

  @BeforeEach
  void aFolder() throws IOException {
    jar = folder.resolve("extension.jar");
    certificates = Files.createDirectory(folder.resolve("certificates"));
    aJarAnew();
  }

  private void aJarAnew() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new ZipEntry("a/A.class"));
      out.write("code".getBytes(StandardCharsets.UTF_8));
      out.closeEntry();
    }
  }

  private String refusal(String mode) {
    return new TrustPolicy(mode, folder.resolve("list"), certificates)
        .refusal(jar)
        .orElse("");
  }

  private void tool(String name, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", name).toString()));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
  }

  private void key(String alias, String... more) throws Exception {
    List<String> line = new ArrayList<>(List.of(
        "-genkeypair",
        "-alias",
        alias,
        "-dname",
        "CN=" + alias,
        "-keyalg",
        "EC",
        "-keystore",
        "keys",
        "-storepass",
        "secret"));
    line.addAll(List.of(more));
    tool("keytool", line.toArray(String[]::new));
  }

  private void trust(String alias) throws Exception {
    tool(
        "keytool",
        "-exportcert",
        "-rfc",
        "-alias",
        alias,
        "-keystore",
        "keys",
        "-storepass",
        "secret",
        "-file",
        certificates.resolve(alias + ".pem").toString());
  }

  private void sign(String alias) throws Exception {
    tool("jarsigner", "-keystore", "keys", "-storepass", "secret", jar.toString(), alias);
  }

  private void put(String entry, String text) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
      Files.writeString(zip.getPath(entry), text);
    }
  }

  @Test
  void anyTrustsAllAndAMistypedPolicyNothing() {
    assertEquals("", refusal("any"));
    assertTrue(refusal("sined").contains("has to be any, listed or signed"), refusal("sined"));
  }

  @Test
  void listedMeansItsSha256StandsInTheList() throws Exception {
    assertTrue(refusal("listed").contains("and that is no file"), refusal("listed"));
    String sum = HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
    Files.writeString(
        folder.resolve("list"), "\ufeff# ours\n" + sum.toUpperCase() + "  extension.jar\n");
    assertEquals("", refusal("listed"));
    put("b", "more");
    assertTrue(refusal("listed").contains("does not stand in"), refusal("listed"));
  }

  @Test
  void signedMeansAllOfItByAListedCertificate() throws Exception {
    key("lab");
    assertTrue(refusal("signed").contains("holds no certificate"), refusal("signed"));
    key("stranger");
    trust("lab");
    assertTrue(refusal("signed").contains("it is not signed: a/A.class"), refusal("signed"));
    sign("stranger");
    assertTrue(refusal("signed").contains("it is signed by CN=stranger"), refusal("signed"));
    sign("lab");
    assertEquals("", refusal("signed"));
    put("added", "later");
    assertTrue(refusal("signed").contains("it is not signed: added"), refusal("signed"));
  }

  @Test
  void whatWasChangedAfterSigningIsRefused() throws Exception {
    key("lab");
    trust("lab");
    sign("lab");
    put("a/A.class", "evil");
    assertTrue(
        refusal("signed").contains("it was changed after it had been signed"), refusal("signed"));
  }

  /** An authority, and a key with a certificate that it has issued. */
  private void issued(
      String authority, List<String> authorityIs, String author, List<String> authorIs)
      throws Exception {
    key(authority, authorityIs.toArray(String[]::new));
    List<String> more = new ArrayList<>(List.of("-signer", authority));
    more.addAll(authorIs);
    key(author, more.toArray(String[]::new));
  }

  @Test
  void aCertificateThatAListedAuthorityHasIssuedIsTrusted() throws Exception {
    issued("authority", List.of("-ext", "bc:c"), "author", List.of());
    trust("authority");
    sign("author");
    assertEquals("", refusal("signed"));
  }

  @Test
  void whoIsNoAuthorityVouchesForNobodyElse() throws Exception {
    issued("colleague", List.of(), "author", List.of());
    trust("colleague");
    sign("author");
    assertTrue(
        refusal("signed")
            .contains("issued by CN=colleague, which is listed and is no authority (CA)"),
        refusal("signed"));
    sign("colleague");
    assertEquals("", refusal("signed"), "its own signature is trusted");
  }

  @Test
  void anAuthorityThatMayNotSignCertificatesVouchesForNobodyElse() throws Exception {
    issued("half", List.of("-ext", "bc:c", "-ext", "ku:c=digitalSignature"), "author", List.of());
    trust("half");
    sign("author");
    assertTrue(refusal("signed").contains("is no authority (CA)"), refusal("signed"));
  }

  @Test
  void anAuthorityThatHasExpiredVouchesForNobody() throws Exception {
    issued(
        "old",
        List.of("-ext", "bc:c", "-startdate", "-10d", "-validity", "5"),
        "author",
        List.of());
    trust("old");
    sign("author");
    assertTrue(
        refusal("signed").contains("CN=author, and not by a valid certificate"), refusal("signed"));
  }

  @Test
  void theWholePathIsLookedAt() throws Exception {
    key("root", "-ext", "bc:c");
    key("between", "-ext", "bc:c", "-signer", "root");
    key("author", "-signer", "between");
    key("nobody", "-signer", "root");
    key("friend", "-signer", "nobody");
    trust("root");
    sign("author");
    assertEquals("", refusal("signed"));
    aJarAnew();
    sign("friend");
    assertTrue(
        refusal("signed").contains("it is signed by CN=friend"),
        "nobody is no authority: " + refusal("signed"));
  }

  @Test
  void anAuthorityOfItsOwnPeopleAloneVouchesForNoOtherAuthority() throws Exception {
    key("root", "-ext", "bc:c=ca:true,pathlen:0");
    key("between", "-ext", "bc:c", "-signer", "root");
    key("author", "-signer", "between");
    trust("root");
    sign("author");
    assertTrue(refusal("signed").contains("it is signed by CN=author"), refusal("signed"));
  }

  @Test
  void aCertificateForSomethingElseSignsNoCode() throws Exception {
    issued("authority", List.of("-ext", "bc:c"), "server", List.of("-ext", "eku=serverAuth"));
    trust("authority");
    sign("server");
    assertTrue(
        refusal("signed").contains("CN=server, whose certificate is not for signing code"),
        refusal("signed"));
  }

  @Test
  void anExpiredCertificateIsNotTrusted() throws Exception {
    key("old", "-startdate", "-10d", "-validity", "5");
    trust("old");
    sign("old");
    assertTrue(
        refusal("signed").contains("CN=old, whose certificate is not valid at this time"),
        refusal("signed"));
  }

  @Test
  void thePolicyIsToldInWords() throws Exception {
    assertTrue(new TrustPolicy("any", folder, certificates).sentence().contains("whoever made it"));
    assertTrue(
        new TrustPolicy("signed", folder, certificates).sentence().endsWith("nothing is trusted"));
    assertTrue(new TrustPolicy("listed", folder.resolve("none"), certificates)
        .sentence()
        .contains("nothing is trusted"));
    key("lab");
    trust("lab");
    assertTrue(new TrustPolicy("signed", folder, certificates)
        .sentence()
        .contains("the 1 certificate of " + certificates));
  }

  /** A jar may unpack to much more than it is; nothing of it is unpacked then. */
  @Test
  void jarsThatUnpackOutOfProportionAreRefused() throws Exception {
    key("me");
    trust("me");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      out.write(
          "Manifest-Version: 1.0\nBundle-SymbolicName: x\n\n".getBytes(StandardCharsets.UTF_8));
      out.write(new byte[17 << 20]);
    }
    assertTrue(
        refusal("signed").startsWith("it has META-INF/MANIFEST.MF of"), () -> refusal("signed"));
    assertTrue(JarCheck.flaw(jar, List.of()).orElse("").contains("16 MiB are allowed"));
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      byte[] zeros = new byte[1 << 20];
      out.putNextEntry(new ZipEntry("a/zeros"));
      for (int i = 0; i < 257; i++) {
        out.write(zeros);
      }
    }
    assertTrue(refusal("signed").contains("out of proportion"), () -> refusal("signed"));
    assertTrue(JarCheck.flaw(jar, List.of()).orElse("").contains("out of proportion"));
  }

  /** Found by fuzzing: what Java says of damaged certificates names its classes. */
  @Test
  void damagedCertificatesAreASentence() throws Exception {
    key("me");
    trust("me");
    sign("me");
    Path pem = certificates.resolve("me.pem");
    String text = Files.readString(pem);
    for (int at = 40; at < text.length() - 40; at += 7) {
      Files.writeString(pem, text.substring(0, at) + "A" + text.substring(at + 1));
      String refusal = refusal("signed");
      assertTrue(!refusal.contains("Exception") && !refusal.contains("java."), refusal);
    }
  }
}
