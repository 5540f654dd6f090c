package cloudops.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import jdk.security.jarsigner.JarSigner;

class SignedJarTest {

    private static final String MANIFEST = "Manifest-Version: 1.0\r\nBundle-SymbolicName: a\r\n\r\n";

    @TempDir
    static Path folder;

    private static PrivateKeyEntry ours;
    private static PrivateKeyEntry theirs;

    @BeforeAll
    static void makeKeys() throws Exception {
        ours = key("ours");
        theirs = key("theirs");
    }

    @Test
    void everyEntryIsSignedWithTheCertificate() throws Exception {
        assertThat(SignedJar.flaw(signed(jar(files()), ours), certificate(ours))).isEmpty();
    }

    @Test
    void oneOfSeveralSignersIsEnough() throws Exception {
        assertThat(SignedJar.flaw(signed(signed(jar(files()), theirs), ours), certificate(ours))).isEmpty();
    }

    @Test
    void whatIsNotSignedIsCalledSo() throws Exception {
        assertThat(SignedJar.flaw(jar(files()), certificate(ours))).hasValue("is not signed");
        assertThat(SignedJar.flaw(jar(Map.of("a.txt", "no manifest")), certificate(ours))).hasValue("is not signed");
    }

    @Test
    void anothersSignatureNamesThem() throws Exception {
        assertThat(SignedJar.flaw(signed(jar(files()), theirs), certificate(ours))).hasValue("is signed by somebody else: CN=theirs");
    }

    @ParameterizedTest
    @ValueSource(strings = { "a/B.class", "META-INF/services/x.Y", "META-INF/MANIFEST.MF" })
    void aChangedEntryIsSeen(String entry) throws Exception {
        var jar = signed(jar(files()), ours);
        assertThat(SignedJar.flaw(changed(jar, entry, read(jar, entry).replace("a", "o")), certificate(ours))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = { "a/Evil.class", "META-INF/services/x.Z", "META-INF/versions/9/a/B.class", "META-INF/sub/X.SF", "it's \"$(touch x)\"\n\u202e\ud83d\ude80" })
    void anAddedEntryIsSeen(String entry) throws Exception {
        assertThat(SignedJar.flaw(changed(signed(jar(files()), ours), entry, "more"), certificate(ours)).orElseThrow())
                .startsWith("was changed after it was signed: ").contains("is not signed");
    }

    @Test
    void aTakenOutSignatureIsSeen() throws Exception {
        var jar = signed(jar(files()), ours);
        assertThat(SignedJar.flaw(changed(jar, "META-INF/OURS.SF", null), certificate(ours))).hasValue("is not signed");
    }

    @Test
    void anEmptyOrBrokenJarIsNotTrusted() throws Exception {
        assertThat(SignedJar.flaw(jar(Map.of(JarFile.MANIFEST_NAME, MANIFEST)), certificate(ours))).hasValue("has nothing in it");
        var broken = Files.writeString(folder.resolve("broken.jar"), "PK no jar at all");
        assertThat(SignedJar.flaw(broken, certificate(ours)).orElseThrow()).startsWith("cannot be read as a jar: ");
        var cut = Files.readAllBytes(signed(jar(files()), ours));
        assertThat(SignedJar.flaw(Files.write(folder.resolve("cut.jar"), java.util.Arrays.copyOf(cut, cut.length / 2)), certificate(ours))).isPresent();
    }

    @Test
    void namesThatDifferInCaseOnlyAreTwoEntries() throws Exception {
        var files = files();
        files.put("A/b.CLASS", "another");
        assertThat(SignedJar.flaw(signed(jar(files), ours), certificate(ours)).orElseThrow()).startsWith("has two entries ");
    }

    private static Map<String, String> files() {
        var files = new LinkedHashMap<String, String>();
        files.put(JarFile.MANIFEST_NAME, MANIFEST);
        files.put("a/B.class", "cafebabe");
        files.put("META-INF/services/x.Y", "a.B");
        return files;
    }

    private static Path jar(Map<String, String> files) throws IOException {
        var jar = Files.createTempFile(folder, "plain", ".jar");
        try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (var file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue().getBytes());
            }
        }
        return jar;
    }

    private static Path signed(Path jar, PrivateKeyEntry key) throws IOException {
        var to = Files.createTempFile(folder, "signed", ".jar");
        try (var in = new ZipFile(jar.toFile()); var out = Files.newOutputStream(to)) {
            new JarSigner.Builder(key).signerName(key == ours ? "OURS" : "THEIRS").build().sign(in, out);
        }
        return to;
    }

    /** With another content of an entry, a further one, or one less (null). */
    private static Path changed(Path jar, String entry, String content) throws IOException {
        var to = Files.createTempFile(folder, "changed", ".jar");
        try (var in = new ZipFile(jar.toFile()); var out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (var each : in.stream().filter(each -> !each.getName().equals(entry)).toList()) {
                out.putNextEntry(new ZipEntry(each.getName()));
                out.write(in.getInputStream(each).readAllBytes());
            }
            if (content != null) {
                out.putNextEntry(new ZipEntry(entry));
                out.write(content.getBytes());
            }
        }
        return to;
    }

    private static String read(Path jar, String entry) throws IOException {
        try (var in = new ZipFile(jar.toFile())) {
            return new String(in.getInputStream(in.getEntry(entry)).readAllBytes());
        }
    }

    private static X509Certificate certificate(PrivateKeyEntry key) {
        return (X509Certificate) key.getCertificate();
    }

    private static PrivateKeyEntry key(String name) throws Exception {
        var store = folder.resolve(name + ".p12");
        var keytool = new ProcessBuilder(System.getProperty("java.home") + "/bin/keytool", "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname",
                "CN=" + name, "-keystore", store.toString(), "-storepass", "for-this-test").inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        var password = "for-this-test".toCharArray();
        return (PrivateKeyEntry) KeyStore.getInstance(store.toFile(), password).getEntry(name, new PasswordProtection(password));
    }
}
