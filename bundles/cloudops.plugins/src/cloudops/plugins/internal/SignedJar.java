package cloudops.plugins.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * Says whether a jar is, to its last byte, what the owner of one certificate signed. Who it was issued by and how long it is valid does not
 * matter: it is this certificate or not. What cannot be read counts as changed.
 *
 * <p>Source: <a href="https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html#signed-jar-file">JAR File Specification, Signed JAR
 * File</a>: entries that are added to a signed jar are merely unsigned, so each entry is looked at.
 */
final class SignedJar {

    private static final Pattern SIGNATURE = Pattern.compile("META-INF/(MANIFEST\\.MF|SIG-[^/]*|[^/]*\\.(SF|RSA|DSA|EC))", Pattern.CASE_INSENSITIVE);

    private SignedJar() {
    }

    /** What is wrong with {@code file}, to follow its name; empty when it is signed with {@code certificate}. */
    static Optional<String> flaw(Path file, X509Certificate certificate) {
        try (var jar = new JarFile(file.toFile(), true)) {
            if (jar.getManifest() == null) {
                return Optional.of("is not signed");
            }
            var names = new HashSet<String>();
            for (var entries = jar.entries(); entries.hasMoreElements();) {
                var entry = entries.nextElement();
                if (!names.add(entry.getName().toLowerCase(Locale.ROOT))) {
                    return Optional.of("has two entries " + entry.getName());
                }
                var flaw = flaw(jar, entry, certificate);
                if (flaw.isPresent()) {
                    return flaw;
                }
            }
            return names.stream().allMatch(name -> SIGNATURE.matcher(name).matches()) ? Optional.of("has nothing in it") : Optional.empty();
        } catch (SecurityException e) {
            return Optional.of("was changed after it was signed: " + e.getMessage());
        } catch (IOException e) {
            return Optional.of("cannot be read as a jar: " + e.getMessage());
        }
    }

    private static Optional<String> flaw(JarFile jar, JarEntry entry, X509Certificate certificate) throws IOException {
        long size;
        try (InputStream in = jar.getInputStream(entry)) {
            size = in.transferTo(OutputStream.nullOutputStream()); // signers are known at the end only
        }
        if (SIGNATURE.matcher(entry.getName()).matches() || entry.isDirectory() && size == 0) {
            return Optional.empty();
        }
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers == null) {
            return Optional.of(jar.stream().anyMatch(each -> each.getCodeSigners() != null)
                    ? "was changed after it was signed: " + entry.getName() + " is not signed" : "is not signed");
        }
        return Arrays.stream(signers).anyMatch(signer -> signer.getSignerCertPath().getCertificates().getFirst().equals(certificate))
                ? Optional.empty() : Optional.of("is signed by somebody else: " + signer(signers[0]));
    }

    private static String signer(CodeSigner signer) {
        return signer.getSignerCertPath().getCertificates().getFirst() instanceof X509Certificate certificate
                ? certificate.getSubjectX500Principal().getName() : "unknown";
    }
}
