package cloudops.scanner.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;

/** Counts what happens in one scope. Thread-safe. */
final class ScopeTally {

    /** So many errors of a kind are listed; a thousand throttled buckets are one problem, not a thousand. */
    private static final int LISTED = 5;

    private final Account account;
    private final String region;
    private final String service;
    private final String resourceType;
    private final Map<String, Kind> errors = new LinkedHashMap<>();
    private boolean listed = true;
    private boolean whole = true;
    private boolean finished;
    private boolean cut;
    private int permissionsAsked;
    private int permissionsKnown;
    private int discovered;
    private int upserted;
    private int unchanged;
    private int deleted;

    ScopeTally(Account account, String region, String service, String resourceType) {
        this.account = account;
        this.region = region;
        this.service = service;
        this.resourceType = resourceType;
    }

    synchronized void discovered() {
        discovered++;
    }

    synchronized void stored(int written, int asBefore) {
        upserted += written;
        unchanged += asBefore;
    }

    synchronized void deleted(int count) {
        deleted += count;
    }

    synchronized void permissions(int asked, int known) {
        permissionsAsked += asked;
        permissionsKnown += known;
    }

    /** A call was interrupted: the scope will never be COMPLETE. */
    synchronized void cut() {
        cut = true;
    }

    synchronized boolean isCut() {
        return cut;
    }

    /** Nothing more happens in the scope. */
    synchronized void finished() {
        finished = true;
    }

    /** The listing broke off: FAILED when it gave nothing before, else PARTIAL. */
    synchronized void listingFailed(Category category, String code, boolean retryable, String message) {
        listed = false;
        add(error(category, code, retryable, message));
    }

    /** Something of the scope was lost: PARTIAL. */
    void lost(ScanException e) {
        lost(e.category(), e.code(), e.retryable(), e.getMessage());
    }

    /** Something of the scope was lost: PARTIAL. */
    synchronized void lost(Category category, String code, boolean retryable, String message) {
        whole = false;
        add(error(category, code, retryable, message));
    }

    /** Permissions are not known because asking failed: PARTIAL. The error is one of the account, the same for all of its scopes. */
    synchronized void permissionsLost(String reason) {
        whole = false;
        add(new ScanError(Category.IAM, "PermissionsUnknown", reason, account.id(), null, null, false));
    }

    /** Whether everything that is there was found and stored, as far as it goes. */
    synchronized boolean whole() {
        return listed && whole && !cut;
    }

    String region() {
        return region;
    }

    String service() {
        return service;
    }

    String profile() {
        return account.profile();
    }

    synchronized int permissionsAsked() {
        return permissionsAsked;
    }

    synchronized int permissionsKnown() {
        return permissionsKnown;
    }

    synchronized int discoveredCount() {
        return discovered;
    }

    synchronized int upserted() {
        return upserted;
    }

    synchronized int unchanged() {
        return unchanged;
    }

    synchronized int deleted() {
        return deleted;
    }

    /** The scope as far as it is known; nothing is COMPLETE before its end. */
    synchronized Scope scope() {
        var status = status();
        var all = new ArrayList<ScanError>();
        errors.values().forEach(kind -> all.addAll(kind.listed()));
        return new Scope(account.id(), account.profile(), region, service, resourceType, status, discovered, List.copyOf(all));
    }

    /** How many errors of which code. */
    synchronized Map<String, Integer> errorCounts() {
        var counts = new TreeMap<String, Integer>();
        errors.values().forEach(kind -> counts.merge(kind.first.getFirst().code(), kind.first.size() + kind.more, Integer::sum));
        return counts;
    }

    private ScopeStatus status() {
        if (!listed) {
            return discovered == 0 ? ScopeStatus.FAILED : ScopeStatus.PARTIAL;
        }
        return finished && whole() ? ScopeStatus.COMPLETE : ScopeStatus.PARTIAL;
    }

    private ScanError error(Category category, String code, boolean retryable, String message) {
        return new ScanError(category, code, message, account.id(), region, service, retryable);
    }

    private void add(ScanError error) {
        errors.computeIfAbsent(error.category() + " " + error.code(), kind -> new Kind()).add(error);
    }

    /** Errors of one category and code. */
    private static final class Kind {
        private final List<ScanError> first = new ArrayList<>();
        private int more;

        void add(ScanError error) {
            if (first.contains(error)) {
                return;
            }
            if (first.size() < LISTED) {
                first.add(error);
            } else {
                more++;
            }
        }

        List<ScanError> listed() {
            if (more == 0) {
                return first;
            }
            var all = new ArrayList<>(first);
            var last = first.getLast();
            all.add(new ScanError(last.category(), last.code(), "and " + more + " more of this kind", last.accountId(), last.region(),
                    last.service(), last.retryable()));
            return all;
        }
    }
}
