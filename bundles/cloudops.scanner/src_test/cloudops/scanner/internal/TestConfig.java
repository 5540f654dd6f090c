package cloudops.scanner.internal;

import java.lang.annotation.Annotation;

/** Settings of scans. */
record TestConfig(int accounts, int regions, int services, int resources, int iam, String permissions) implements ScanSettings.Config {

    @Override
    public Class<? extends Annotation> annotationType() {
        return ScanSettings.Config.class;
    }
}
