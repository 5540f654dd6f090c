package cloudops.ui.chat.internal;

import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IPerspectiveFactory;

/** Earlier conversations on the left, then the present one, and the plan that it led to on the right. */
public final class ChatPerspective implements IPerspectiveFactory {

    private static final String CONVERSATION = "cloudops.ui.chat.conversation";
    private static final String PLAN = "cloudops.ui.chat.plan";
    private static final String PAST = "cloudops.ui.chat.past";
    private static final float PAST_WIDTH = 0.2f;
    private static final float CONVERSATION_WIDTH = 0.42f;

    @Override
    public void createInitialLayout(IPageLayout layout) {
        layout.setEditorAreaVisible(false);
        layout.addStandaloneView(PAST, true, IPageLayout.LEFT, PAST_WIDTH, layout.getEditorArea());
        layout.addStandaloneView(CONVERSATION, true, IPageLayout.LEFT, CONVERSATION_WIDTH, layout.getEditorArea());
        layout.addStandaloneView(PLAN, true, IPageLayout.RIGHT, 1 - CONVERSATION_WIDTH, layout.getEditorArea());
        for (var view : new String[] {PAST, CONVERSATION, PLAN}) {
            layout.getViewLayout(view).setCloseable(false);
        }
    }
}
