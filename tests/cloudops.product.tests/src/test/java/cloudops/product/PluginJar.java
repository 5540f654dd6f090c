package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.PrivateKeyEntry;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import javax.tools.ToolProvider;

import jdk.security.jarsigner.JarSigner;

/** A plug-in as somebody outside makes one: with javac, jar and jarsigner, against the jars of the product. */
record PluginJar(String id, String version, Path file) {

    private static final Path SOURCES = Path.of("src/test/plugins").toAbsolutePath();

    /** The echo scanner. @param spi the versions of the scanner interface that it is built for */
    static PluginJar echo(Path folder, String version, String spi) throws Exception {
        var files = compiled(SOURCES.resolve("echo"), folder.resolve("echo-classes"));
        files.put("OSGI-INF/scanner.xml", Files.readAllBytes(SOURCES.resolve("echo/scanner.xml")));
        return write(folder.resolve("echo-" + version + ".jar"), "cloudops.trial.echo", version, files, """
                Service-Component: OSGI-INF/scanner.xml
                Import-Package: cloudops.model;version="[1.0,2)",cloudops.scanner.spi;version="%s",com.fasterxml.jackson.databind,com.fasterxml.jackson.databind.node
                """.formatted(spi));
    }

    /** The sources of the echo scanner, as a bundle for tools. */
    static PluginJar sources(Path folder) throws Exception {
        var files = new TreeMap<String, byte[]>();
        files.put("EchoScanner.java", Files.readAllBytes(SOURCES.resolve("echo/EchoScanner.java")));
        return write(folder.resolve("sources.jar"), "cloudops.trial.echo.source", "1.0.0", files, """
                Eclipse-SourceBundle: cloudops.trial.echo;version="1.0.0"
                """);
    }

    /** The application that installs and removes plug-ins. */
    static PluginJar trial(Path folder) throws Exception {
        var files = compiled(SOURCES.resolve("trial"), folder.resolve("trial-classes"));
        files.put("plugin.xml", Files.readAllBytes(SOURCES.resolve("trial/plugin.xml")));
        return write(folder.resolve("trial.jar"), "cloudops.trial", "1.0.0", files, """
                Require-Bundle: org.eclipse.equinox.app
                Import-Package: com.fasterxml.jackson.databind,org.osgi.framework,org.osgi.framework.hooks.bundle,org.osgi.util.tracker
                DynamicImport-Package: cloudops.*
                """);
    }

    private static PluginJar write(Path jar, String id, String version, Map<String, byte[]> files, String headers) throws IOException {
        var manifest = """
                Manifest-Version: 1.0
                Bundle-ManifestVersion: 2
                Bundle-Name: Trial
                Bundle-SymbolicName: %s;singleton:=true
                Bundle-Version: %s
                Bundle-ActivationPolicy: lazy
                %s""".formatted(id, version, headers);
        var folded = manifest.lines().map(line -> line.replaceAll("(.{60})(?=.)", "$1\n ")).reduce("", (text, line) -> text + line + "\n");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), new Manifest(new ByteArrayInputStream(folded.getBytes(StandardCharsets.UTF_8))))) {
            for (var file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
            }
        }
        return new PluginJar(id, version, jar);
    }

    /** What javac makes of the sources in {@code folder}, by name in the jar. */
    private static Map<String, byte[]> compiled(Path folder, Path to) throws Exception {
        compile(folder, to);
        var classes = new TreeMap<String, byte[]>();
        try (var files = Files.walk(to)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                classes.put(to.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return classes;
    }

    private static void compile(Path folder, Path to) throws Exception {
        var arguments = new ArrayList<>(List.of("-proc:none", "-implicit:none", "--release", "21", "-d", to.toString(), "-cp"));
        try (var jars = Files.list(Product.FOLDER.resolve("plugins")); var sources = Files.walk(folder)) {
            arguments.add(jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
        }
        var errors = new ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, errors, arguments.toArray(String[]::new));
        assertThat(result).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    }

    PluginJar signed(Key key) throws IOException {
        var to = file.resolveSibling(key.name() + "-" + file.getFileName());
        try (var in = new ZipFile(file.toFile()); var out = Files.newOutputStream(to)) {
            new JarSigner.Builder(key.entry()).signerName("PLUGINS").build().sign(in, out);
        }
        return new PluginJar(id, version, to);
    }

    /** The same with another content of one entry, as somebody would write it who has not the key. */
    PluginJar with(String entry, String content) throws IOException {
        var to = file.resolveSibling("changed-" + file.getFileName());
        try (var in = new ZipFile(file.toFile()); var out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (var each : in.stream().toList()) {
                out.putNextEntry(new ZipEntry(each.getName()));
                out.write(each.getName().equals(entry) ? content.getBytes(StandardCharsets.UTF_8) : in.getInputStream(each).readAllBytes());
            }
        }
        return new PluginJar(id, version, to);
    }

    /** A p2 repository with this alone, which it describes as {@code described} says. */
    Path site(Path folder, String describedVersion, String instruction) throws IOException {
        Files.createDirectories(folder.resolve("plugins"));
        Files.copy(file, folder.resolve("plugins/" + id + "_" + describedVersion + ".jar"));
        Files.writeString(folder.resolve("content.xml"), """
                <?xml version='1.0' encoding='UTF-8'?>
                <?metadataRepository version='1.2.0'?>
                <repository name='trial' type='org.eclipse.equinox.internal.p2.metadata.repository.LocalMetadataRepository' version='1'>
                  <units size='1'>
                    <unit id='%1$s' version='%2$s'>
                      <provides size='3'>
                        <provided namespace='org.eclipse.equinox.p2.iu' name='%1$s' version='%2$s'/>
                        <provided namespace='osgi.bundle' name='%1$s' version='%2$s'/>
                        <provided namespace='org.eclipse.equinox.p2.eclipse.type' name='bundle' version='1.0.0'/>
                      </provides>
                      <artifacts size='1'><artifact classifier='osgi.bundle' id='%1$s' version='%2$s'/></artifacts>
                      <touchpoint id='org.eclipse.equinox.p2.osgi' version='1.0.0'/>
                      <touchpointData size='1'>
                        <instructions size='2'>
                          <instruction key='manifest'>Bundle-SymbolicName: %1$s&#xA;Bundle-Version: %2$s</instruction>
                          %3$s
                        </instructions>
                      </touchpointData>
                    </unit>
                  </units>
                </repository>
                """.formatted(id, describedVersion, instruction));
        Files.writeString(folder.resolve("artifacts.xml"), """
                <?xml version='1.0' encoding='UTF-8'?>
                <?artifactRepository version='1.1.0'?>
                <repository name='trial' type='org.eclipse.equinox.p2.artifact.repository.simpleRepository' version='1'>
                  <mappings size='1'>
                    <rule filter='(&amp; (classifier=osgi.bundle))' output='${repoUrl}/plugins/${id}_${version}.jar'/>
                  </mappings>
                  <artifacts size='1'><artifact classifier='osgi.bundle' id='%1$s' version='%2$s'/></artifacts>
                </repository>
                """.formatted(id, describedVersion));
        return folder;
    }

    /** A key and its certificate. */
    record Key(String name, PrivateKeyEntry entry) {

        static Key made(Path folder, String name) throws Exception {
            var store = folder.resolve(name + ".p12");
            var keytool = new ProcessBuilder(System.getProperty("java.home") + "/bin/keytool", "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname",
                    "CN=" + name, "-keystore", store.toString(), "-storepass", "for-this-test").inheritIO().start();
            assertThat(keytool.waitFor()).isZero();
            var password = "for-this-test".toCharArray();
            return new Key(name, (PrivateKeyEntry) KeyStore.getInstance(store.toFile(), password).getEntry(name, new PasswordProtection(password)));
        }

        String pem() throws Exception {
            return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(entry.getCertificate().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        }
    }
}
