package cloudops.scanner.internal;

import org.osgi.framework.FrameworkUtil;

import cloudops.scanner.spi.ServiceScanner;

/** Which code makes the resources: another version of it may make others of the same data. */
final class Code {

    private Code() {
    }

    static String of(ServiceScanner scanner) {
        return version(scanner.getClass()) + " " + version(Code.class);
    }

    private static String version(Class<?> type) {
        var bundle = FrameworkUtil.getBundle(type);
        return type.getName() + (bundle == null ? "" : " " + bundle.getVersion() + " " + bundle.getLastModified());
    }
}
