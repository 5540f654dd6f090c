package cloudops.ui.explorer.internal;

import java.util.Arrays;
import java.util.List;

import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.TitleAreaDialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.layout.LayoutConstants;
import org.eclipse.jface.viewers.ArrayContentProvider;
import org.eclipse.jface.viewers.CheckboxTableViewer;
import org.eclipse.jface.viewers.LabelProvider;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsProfile;
import cloudops.scanner.ScanRequest;
import cloudops.model.DisplayText;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.WidgetId;

/** Asks which accounts, regions and services to scan. */
final class ScanDialog extends TitleAreaDialog {

    private static final int LIST_WIDTH_IN_CHARS = 36;
    private static final int LIST_HEIGHT_IN_CHARS = 8;

    private final Scans scans;
    private CheckboxTableViewer profiles;
    private CheckboxTableViewer services;
    private Text regions;
    private Button cleanup;
    private ScanRequest request;

    ScanDialog(Shell parent, Scans scans) {
        super(parent);
        this.scans = scans;
    }

    /** What was asked for; null when the dialog was cancelled. */
    ScanRequest request() {
        return request;
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText("Scan");
    }

    @Override
    protected boolean isResizable() {
        return true;
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        var area = (Composite) super.createDialogArea(parent);
        setTitle("Scan AWS accounts");
        setMessage("A scan only reads. What it finds is stored encrypted on this machine.");
        var fields = new Composite(area, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(fields);
        GridLayoutFactory.swtDefaults().numColumns(2).equalWidth(true).margins(LayoutConstants.getMargins()).applyTo(fields);
        new Label(fields, SWT.NONE).setText("&Profiles, one an account:");
        new Label(fields, SWT.NONE).setText("&Services:");
        profiles = list(fields, WidgetId.SCAN_PROFILES);
        profiles.setLabelProvider(LabelProvider.createTextProvider(element -> profileLabel((AwsProfile) element)));
        services = list(fields, WidgetId.SCAN_SERVICES);
        services.setLabelProvider(LabelProvider.createTextProvider(element -> TypeNames.service((String) element)));
        new Label(fields, SWT.NONE).setText("&Regions, separated by commas:");
        new Label(fields, SWT.NONE);
        regions = WidgetId.SCAN_REGIONS.mark(new Text(fields, SWT.BORDER));
        regions.setMessage("all enabled regions");
        GridDataFactory.fillDefaults().grab(true, false).span(2, 1).applyTo(regions);
        cleanup = WidgetId.SCAN_CLEANUP.mark(new Button(fields, SWT.CHECK));
        cleanup.setText("&Forget stored resources that are no longer there");
        cleanup.setSelection(true);
        GridDataFactory.fillDefaults().span(2, 1).applyTo(cleanup);
        load();
        return area;
    }

    private CheckboxTableViewer list(Composite parent, WidgetId id) {
        var viewer = CheckboxTableViewer.newCheckList(parent, SWT.BORDER | SWT.V_SCROLL);
        id.mark(viewer.getTable());
        viewer.setContentProvider(ArrayContentProvider.getInstance());
        viewer.addCheckStateListener(event -> check());
        GridDataFactory.fillDefaults().grab(true, true)
                .hint(convertWidthInCharsToPixels(LIST_WIDTH_IN_CHARS), convertHeightInCharsToPixels(LIST_HEIGHT_IN_CHARS))
                .applyTo(viewer.getTable());
        return viewer;
    }

    private static String profileLabel(AwsProfile profile) {
        return DisplayText.line(profile.name()) + (profile.region() == null ? "" : "  (" + DisplayText.line(profile.region()) + ")");
    }

    private void load() {
        var display = getShell().getDisplay();
        Task.<Scans.Choices>of("Reading AWS profiles", monitor -> scans.choices(), outcome -> display.asyncExec(() -> {
            if (!profiles.getTable().isDisposed()) {
                show(outcome);
            }
        })).quiet().schedule();
    }

    private void show(Outcome<Scans.Choices> outcome) {
        switch (outcome) {
            case Outcome.Done<Scans.Choices> done -> {
                var choices = done.value();
                profiles.setInput(choices.profiles());
                services.setInput(choices.services());
                services.setAllChecked(true);
                profiles.setAllChecked(choices.profiles().size() == 1);
                if (choices.profiles().isEmpty()) {
                    setErrorMessage("There is no AWS profile. Make one with: aws configure");
                }
            }
            case Outcome.Failed<Scans.Choices> failed -> setErrorMessage(
                    DisplayText.line(failed.trouble().what() + ". " + failed.trouble().advice()));
            case Outcome.Cancelled<Scans.Choices> cancelled -> close();
        }
        check();
    }

    private void check() {
        var ok = getButton(IDialogConstants.OK_ID);
        if (ok != null) {
            ok.setEnabled(profiles.getCheckedElements().length > 0 && services.getCheckedElements().length > 0);
        }
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        WidgetId.SCAN_START.mark(createButton(parent, IDialogConstants.OK_ID, "Scan", true));
        createButton(parent, IDialogConstants.CANCEL_ID, IDialogConstants.CANCEL_LABEL, false);
        check();
    }

    @Override
    protected void okPressed() {
        var names = Arrays.stream(profiles.getCheckedElements()).map(profile -> ((AwsProfile) profile).name()).toList();
        var all = services.getCheckedElements().length == services.getTable().getItemCount();
        var some = Arrays.stream(services.getCheckedElements()).map(String.class::cast).toList();
        request = new ScanRequest(names, regions(regions.getText()), all ? List.of() : some, List.of(),
                cleanup.getSelection(), Transport.AUTO);
        super.okPressed();
    }

    static List<String> regions(String typed) {
        return Arrays.stream(typed.split("[,\\s]+")).filter(region -> !region.isEmpty()).distinct().toList();
    }
}
