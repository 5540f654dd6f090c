package cloudops.ui;

import java.util.Locale;

import org.eclipse.swt.widgets.Widget;

/** Names of the widgets, for tests and scripts that must find them whatever they look like. */
public enum WidgetId {
    EXPLORER_TREE, EXPLORER_SCAN, EXPLORER_REFRESH, EXPLORER_SEARCH, EXPLORER_STATE_FILTER, EXPLORER_SUMMARY,
    EXPLORER_TABLE, EXPLORER_EMPTY, EXPLORER_DETAILS, EXPLORER_DETAILS_NAME, EXPLORER_DETAILS_KIND, EXPLORER_DETAILS_STATE,
    EXPLORER_DETAILS_EMPTY,
    SCAN_PROFILES, SCAN_REGIONS, SCAN_SERVICES, SCAN_CLEANUP, SCAN_START,
    CHAT_MESSAGES, CHAT_EMPTY, CHAT_PROMPT, CHAT_SEND, CHAT_MESSAGE, CHAT_CHOICE, CHAT_SHOW_PLAN, CHAT_CANCEL, CHAT_NEW, CHAT_RAN,
    PAST_SEARCH, PAST_TABLE, PAST_EMPTY, PAST_DELETE, PAST_TROUBLE,
    PLAN_TITLE, PLAN_RISK, PLAN_TEXT, PLAN_EMPTY, PLAN_APPROVE, PLAN_REJECT, PLAN_CANCEL, PLAN_STATUS, PLAN_OUTPUT, PLAN_OUTCOME,
    EXECUTIONS_TABLE, EXECUTIONS_EMPTY, EXECUTIONS_OUTPUT, EXECUTIONS_OUTPUT_EMPTY, EXECUTIONS_COMMAND,
    EXECUTIONS_STATUS, EXECUTIONS_CANCEL,
    PASSPHRASE, PASSPHRASE_REPEATED, PASSPHRASE_OK, STATUS_ESTATE, STATUS_READ_ONLY, MESSAGE_HEADING, MESSAGE_TEXT, MESSAGE_ACTION;

    /** The key of {@link Widget#getData(String)}. */
    public static final String KEY = "test.id";

    /** {@code explorer.tree} for {@link #EXPLORER_TREE}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** Names a widget; returns it. */
    public <W extends Widget> W mark(W widget) {
        widget.setData(KEY, id());
        return widget;
    }

    public boolean marks(Widget widget) {
        return id().equals(widget.getData(KEY));
    }
}
