package cloudops.ui;

/** IDs of the perspectives, as the bundles that contribute them declare them. */
public final class PerspectiveIds {

    public static final String EXPLORER = "cloudops.ui.explorer.perspective";
    public static final String CHAT = "cloudops.ui.chat.perspective";
    public static final String EXECUTIONS = "cloudops.ui.executions.perspective";

    private PerspectiveIds() {
    }
}
