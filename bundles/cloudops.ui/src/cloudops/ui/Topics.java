package cloudops.ui;

/** Topics of events between bundles of the workbench. No event has properties: who hears one reads the services again. */
public final class Topics {

    /** The stored estate may have changed: a scan or a plan ended. */
    public static final String ESTATE_CHANGED = "cloudops/ui/estate/CHANGED";

    private Topics() {
    }
}
