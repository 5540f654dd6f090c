/**
 * What the views of the workbench share: safe text, background work, status colours, empty pages, live output.
 *
 * <p>The rule of all of it: the UI thread never waits. A view starts a {@link cloudops.ui.Task}, keeps its result in a model, and draws the
 * model when {@link cloudops.ui.Changes} tells it to.
 */
package cloudops.ui;
