package cloudops.embedding.internal;

import java.io.IOException;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

import ai.onnxruntime.OrtEnvironment;

/**
 * Keeps the native libraries of ONNX Runtime and of the tokenizer in one folder of ours, unpacked once. Left to itself, ONNX Runtime unpacks
 * 28 MB into the temp folder in every process (and a killed process leaves them there), and the tokenizer unpacks into {@code ~/.djl.ai}.
 */
final class NativeLibraries {

    private NativeLibraries() {
    }

    /** Must run before any other class of the two libraries is used: both read these properties once. The user's own settings win. */
    static void prepare(Path folder) throws IOException {
        Files.createDirectories(folder, ownerOnly());
        // DJL looks for newer native code on the network, and on an EC2 instance reports to a telemetry bucket, unless told not to.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        setIfAbsent("ENGINE_CACHE_DIR", folder);
        if (System.getProperty("onnxruntime.native.path") == null) {
            unpackOnnxRuntime(folder.resolve("onnxruntime"));
        }
    }

    private static void unpackOnnxRuntime(Path folder) throws IOException {
        for (var name : new String[] { "onnxruntime", "onnxruntime4j_jni" }) {
            var file = System.mapLibraryName(name);
            var library = OrtEnvironment.class.getResource("/ai/onnxruntime/native/" + platform() + "/" + file);
            if (library == null) {
                return; // not a platform that ONNX Runtime ships for; its own loader says so best
            }
            copyUnlessThere(library, folder.resolve(file));
        }
        setIfAbsent("onnxruntime.native.path", folder);
    }

    /** Several processes may start at once, so the file appears whole or not at all. A file of another length is of another version. */
    private static void copyUnlessThere(URL library, Path file) throws IOException {
        var connection = library.openConnection();
        connection.setUseCaches(false);
        try (var in = connection.getInputStream()) {
            if (Files.exists(file) && Files.size(file) == connection.getContentLengthLong()) {
                return;
            }
            Files.createDirectories(file.getParent(), ownerOnly());
            var part = Files.createTempFile(file.getParent(), "unpack", ".part");
            try {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }

    /** Code is loaded from here, so nobody else may put any. */
    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) }
                : new FileAttribute<?>[0];
    }

    /** The names that ONNX Runtime gives to the folders of its jar. */
    private static String platform() {
        var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        var arch = System.getProperty("os.arch");
        return (os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux") + "-" + (arch.equals("amd64") ? "x64" : arch);
    }

    private static void setIfAbsent(String property, Path folder) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, folder.toString());
        }
    }
}
