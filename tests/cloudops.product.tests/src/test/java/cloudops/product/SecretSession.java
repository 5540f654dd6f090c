package cloudops.product;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A user's D-Bus session with nothing in it, in which GNOME's real keyring can be started, locked and meddled with. */
final class SecretSession implements AutoCloseable {

    private static final String SERVICE = "org.freedesktop.secrets", LOGIN = "/org/freedesktop/secrets/collection/login";

    private final Path user;
    private final Path runtime;
    private final Process bus;
    private final String address;

    private SecretSession(Path user, Path runtime, Process bus, String address) {
        this.user = user;
        this.runtime = runtime;
        this.bus = bus;
        this.address = address;
    }

    /**
     * @param policy XML of a bus policy that is stricter than "everything is allowed"; may be empty
     * @param user the home folder, where the keyring's file is
     */
    static SecretSession start(Path user, String policy) throws IOException {
        var runtime = Files.createTempDirectory("cloudops-session", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var config = runtime.resolve("bus.conf");
        // no folders of services: none is started unasked
        Files.writeString(config, """
                <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "busconfig.dtd">
                <busconfig><type>session</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>
                <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>%s</policy>
                </busconfig>
                """.formatted(runtime, policy));
        var bus = new ProcessBuilder("dbus-daemon", "--config-file=" + config, "--nofork", "--nopidfile", "--print-address")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var address = new BufferedReader(new InputStreamReader(bus.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (address == null) {
            throw new IOException("dbus-daemon ended");
        }
        return new SecretSession(user, runtime, bus, address);
    }

    Product give(Product product) {
        return product.with("DBUS_SESSION_BUS_ADDRESS", address).with("XDG_RUNTIME_DIR", runtime.toString());
    }

    /** Starts the keyring with its login collection open, which is made at the first time. */
    void startKeyring() throws Exception {
        run("correct horse", "gnome-keyring-daemon", "--unlock", "--components=secrets");
    }

    /** Starts the keyring as a session without a password does. */
    void startLockedKeyring() throws Exception {
        run("", "gnome-keyring-daemon", "--start", "--components=secrets");
    }

    void lock() throws Exception {
        run("", "dbus-send", "--session", "--print-reply", "--dest=" + SERVICE, "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.Lock", "array:objpath:" + LOGIN);
    }

    void removeEntry(String entry) throws Exception {
        run("", "secret-tool", "clear", "xdg:schema", "cloudops.home", "entry", entry);
    }

    void changeEntry(String entry) throws Exception {
        run("another secret", "secret-tool", "store", "--label=x", "xdg:schema", "cloudops.home", "entry", entry);
    }

    /** The secret of an entry, empty when there is none. */
    String entry(String entry) throws Exception {
        return execute("", "secret-tool", "lookup", "xdg:schema", "cloudops.home", "entry", entry);
    }

    private void run(String input, String... command) throws Exception {
        execute(input, command);
    }

    private String execute(String input, String... command) throws IOException, InterruptedException {
        var log = runtime.resolve("out");
        var builder = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectOutput(log.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HOME", user.toString());
        builder.environment().put("XDG_DATA_HOME", user.resolve(".local/share").toString());
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        builder.environment().put("DBUS_SESSION_BUS_ADDRESS", address);
        builder.environment().remove("DISPLAY");
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " does not end");
        }
        return Files.readString(log);
    }

    /** The keyring ends with its bus. */
    @Override
    public void close() throws IOException {
        bus.destroy();
        try {
            bus.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // a keyring that is just ending takes its own files away too
        for (var left : new String[] { "bus.conf", "bus", "out", "keyring/control", "keyring", "" }) {
            Files.deleteIfExists(runtime.resolve(left));
        }
    }
}
