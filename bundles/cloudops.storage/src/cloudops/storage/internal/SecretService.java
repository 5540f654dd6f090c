package cloudops.storage.internal;

import java.util.Map;
import java.util.Optional;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

import cloudops.storage.StorageException.Problem;

/**
 * The Secret Service of a Linux desktop (GNOME Keyring, KWallet), through libsecret: secrets by the name of their entry, one for each home.
 * All methods may wait for the service's own dialog that unlocks it.
 */
final class SecretService {

    private static final String ATTRIBUTE = "entry", DEFAULT_COLLECTION = "default";

    private static final int OPEN_SESSION = 1 << 1;

    /** Of GDBusError. */
    private static final int SERVICE_UNKNOWN = 2, NAME_HAS_NO_OWNER = 3;

    /** {@code RTLD_LAZY | RTLD_NODELETE} of dlfcn.h. */
    private static final Map<String, ?> STAYS = Map.of(Library.OPTION_OPEN_FLAGS, 0x1 | 0x1000);

    /**
     * Loaded once, and never unloaded: GObject keeps the types of a library that is gone, so that one which comes again cannot have them, and
     * hangs.
     */
    private static final class Loaded {
        static final LibSecret SECRET = Native.load("libsecret-1.so.0", LibSecret.class, STAYS);
        static final LibObject OBJECTS = Native.load("libgobject-2.0.so.0", LibObject.class, STAYS);
        static final LibGlib GLIB = Native.load("libglib-2.0.so.0", LibGlib.class, STAYS);
    }

    private final LibSecret secret;

    private final LibObject objects;

    private final LibGlib glib;

    /** What the schema points to: memory that nothing refers to is freed. */
    private final Memory name = text("cloudops.home"), attribute = text(ATTRIBUTE);

    private final Memory schema = schema();

    /** @throws KeychainException when libsecret is not installed */
    SecretService() throws KeychainException {
        try {
            secret = Loaded.SECRET;
            objects = Loaded.OBJECTS;
            glib = Loaded.GLIB;
        } catch (LinkageError e) {
            throw new KeychainException(Problem.NO_KEY, "libsecret, which speaks to it, cannot be loaded", "apt-get install libsecret-1-0", e);
        }
    }

    /** Adds or replaces an entry. @param label by which a person knows it in the keyring's own window */
    void store(String entry, String label, String value) throws KeychainException {
        unlock();
        var error = new PointerByReference();
        int stored = secret.secret_password_store_sync(schema, DEFAULT_COLLECTION, label, value, null, error, ATTRIBUTE, entry, null);
        check(error);
        if (stored == 0) {
            throw refused("it did not take the new entry");
        }
    }

    /** Empty when there is no such entry. */
    Optional<String> lookup(String entry) throws KeychainException {
        unlock();
        var error = new PointerByReference();
        var found = secret.secret_password_lookup_sync(schema, null, error, ATTRIBUTE, entry, null);
        check(error);
        if (found == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(found.getString(0, "UTF-8"));
        } finally {
            secret.secret_password_free(found);
        }
    }

    /** Removes what is there of {@code entry}. */
    void clear(String entry) throws KeychainException {
        unlock();
        var error = new PointerByReference();
        secret.secret_password_clear_sync(schema, null, error, ATTRIBUTE, entry, null);
        check(error);
    }

    /** Makes sure that there is a service and a collection in it which is open, or says which of the two is not so. */
    private void unlock() throws KeychainException {
        var error = new PointerByReference();
        // the collections are not loaded: where there is no service, that ends in complaints on standard error
        var service = secret.secret_service_get_sync(OPEN_SESSION, null, error);
        check(error);
        try {
            var collection = secret.secret_collection_for_alias_sync(service, DEFAULT_COLLECTION, 0, null, error);
            check(error);
            if (collection == null) {
                throw new KeychainException(Problem.NO_KEY, "the Secret Service has no keyring yet",
                        "make one: log in to a desktop, or gnome-keyring-daemon --unlock", null);
            }
            try {
                unlock(service, collection);
            } finally {
                objects.g_object_unref(collection);
            }
        } finally {
            objects.g_object_unref(service);
        }
    }

    private void unlock(Pointer service, Pointer collection) throws KeychainException {
        if (secret.secret_collection_get_locked(collection) == 0) {
            return;
        }
        var error = new PointerByReference();
        var list = new Memory(3L * Native.POINTER_SIZE);
        list.clear();
        list.setPointer(0, collection);
        int unlocked = secret.secret_service_unlock_sync(service, list, null, null, error);
        check(error);
        if (unlocked == 0) {
            throw new KeychainException(Problem.NO_KEY, "the keyring is locked, and was not unlocked",
                    "unlock it (log in to the desktop again, or gnome-keyring-daemon --unlock), then do it again", null);
        }
    }

    private void check(PointerByReference error) throws KeychainException {
        var raised = error.getValue();
        if (raised == null) {
            return;
        }
        // struct GError { GQuark domain; gint code; gchar *message; }
        var domain = glib.g_quark_to_string(raised.getInt(0));
        int code = raised.getInt(Integer.BYTES);
        var message = raised.getPointer(2L * Integer.BYTES).getString(0, "UTF-8");
        glib.g_error_free(raised);
        if ("g-dbus-error-quark".equals(domain) && (code == SERVICE_UNKNOWN || code == NAME_HAS_NO_OWNER)) {
            throw new KeychainException(Problem.NO_KEY, "no Secret Service runs in this session",
                    "start one (gnome-keyring-daemon --start), or run it in the desktop session that made the home", null);
        }
        throw refused(message);
    }

    private static KeychainException refused(String why) {
        return new KeychainException(Problem.NO_KEY, "the Secret Service refused: " + why,
                "allow it in the settings of the keyring, then do it again", null);
    }

    /** struct SecretSchema { const gchar *name; SecretSchemaFlags flags; struct { const gchar *name; int type; } attributes[32]; … } */
    private Memory schema() {
        int word = Native.POINTER_SIZE;
        var schema = new Memory(2L * word + 32 * 2L * word + 8L * word);
        schema.clear();
        schema.setPointer(0, name);
        schema.setPointer(2L * word, attribute);
        return schema;
    }

    private static Memory text(String text) {
        var memory = new Memory(text.length() + 1L);
        memory.setString(0, text, "US-ASCII");
        return memory;
    }

    /** What of libsecret is used; names and types are its. */
    interface LibSecret extends Library {

        Pointer secret_service_get_sync(int flags, Pointer cancellable, PointerByReference error);

        Pointer secret_collection_for_alias_sync(Pointer service, String alias, int flags, Pointer cancellable, PointerByReference error);

        int secret_collection_get_locked(Pointer collection);

        int secret_service_unlock_sync(Pointer service, Pointer objects, Pointer cancellable, PointerByReference unlocked,
                PointerByReference error);

        int secret_password_store_sync(Pointer schema, String collection, String label, String password, Pointer cancellable,
                PointerByReference error, Object... attributes);

        Pointer secret_password_lookup_sync(Pointer schema, Pointer cancellable, PointerByReference error, Object... attributes);

        int secret_password_clear_sync(Pointer schema, Pointer cancellable, PointerByReference error, Object... attributes);

        void secret_password_free(Pointer password);
    }

    /** Of GObject. */
    interface LibObject extends Library {
        void g_object_unref(Pointer object);
    }

    /** Of GLib. */
    interface LibGlib extends Library {
        void g_error_free(Pointer error);

        String g_quark_to_string(int quark);
    }
}
