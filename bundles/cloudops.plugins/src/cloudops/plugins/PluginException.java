package cloudops.plugins;

/** A plug-in could not be found, installed or removed. The product is as it was, unless the message says otherwise. */
public class PluginException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String remedy;

    /** @param remedy what the user can do; null when there is nothing to say */
    public PluginException(Problem problem, String message, String remedy) {
        this(problem, message, remedy, null);
    }

    /** @param remedy what the user can do; null when there is nothing to say */
    public PluginException(Problem problem, String message, String remedy, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    public Problem problem() {
        return problem;
    }

    /** What the user can do about it, in a few words; null when there is nothing to say. */
    public String remedy() {
        return remedy;
    }

    /** What went wrong. */
    public enum Problem {
        /** This run may only read. */
        READ_ONLY,
        /** No site is known. */
        NO_SITE,
        /** Nothing answers at the site's address. */
        UNREACHABLE,
        /** Something answers, but it is no site of plug-ins. */
        NOT_A_SITE,
        /** No plug-in has this ID, or several have. */
        UNKNOWN_PLUGIN,
        /** It needs something that this product and the site do not have, such as another version of the scanner interface. */
        INCOMPATIBLE,
        /** It is not signed with the product's certificate, was changed since, is not what it says, or wants to do more than add bundles. */
        UNTRUSTED,
        /** It is older than what is installed. */
        DOWNGRADE,
        /** The product's folder cannot be written. */
        NOT_WRITABLE,
        /** Another process changes the plug-ins of this product. */
        BUSY,
        /** The product is damaged, or was not made as products are. */
        DAMAGED_PRODUCT,
        /** Anything else; the cause tells. */
        FAILED
    }
}
