package cloudops.scanner.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.aws.AwsException;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.internal.Selection.Target;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/** Scans what is selected in an account with one profile, in all regions that are asked for. */
record AccountScan(Run run, Account account, List<Target> targets) {

    /** The scans of all profiles, those of one account together in the order of {@code profiles}; without those whose account is not known. */
    static Collection<List<AccountScan>> byAccount(Run run, Collection<String> profiles, List<Target> targets) throws InterruptedException {
        var known = new ConcurrentHashMap<String, Account>();
        Fanout.forEach(profiles, new Semaphore(run.limits().accounts()), profile -> {
            try {
                known.put(profile, Account.of(profile, run.services().profiles()));
            } catch (AwsException e) {
                fail(run, profile, null, AwsErrors.toScan(e), "account of profile \"" + profile + "\": ");
                run.tally().accountDone(profile);
            }
        });
        return profiles.stream().filter(known::containsKey).map(profile -> new AccountScan(run, known.get(profile), targets))
                .collect(groupingBy(scan -> scan.account().id(), LinkedHashMap::new, toList())).values();
    }

    void scan() throws InterruptedException {
        Fanout.forEach(plan(), new Semaphore(run.limits().regions()),
                scopes -> Fanout.forEach(scopes, new Semaphore(run.limits().services()), ScopeScan::scan));
    }

    /** The scopes of the account, a list a region. Global types are one scope each, whole whatever regions are asked for. */
    private List<List<ScopeScan>> plan() throws InterruptedException {
        var scopes = new ArrayList<List<ScopeScan>>();
        var global = targets.stream().filter(target -> target.type().global()).toList();
        if (!global.isEmpty()) {
            scopes.add(scopes(ScanContext.GLOBAL_REGION, home(), global));
        }
        var regional = targets.stream().filter(target -> !target.type().global()).toList();
        for (var region : regional.isEmpty() ? List.<String>of() : regions()) {
            scopes.add(scopes(region, region, regional));
        }
        return scopes;
    }

    private List<ScopeScan> scopes(String region, String asked, List<Target> types) {
        return types.stream().map(type -> new ScopeScan(run, account, asked, type, run.tally().expect(account, region, type))).toList();
    }

    private List<String> regions() throws InterruptedException {
        if (!Selection.all(run.request().regions())) {
            return run.request().regions().stream().distinct().toList();
        }
        try {
            return enabledRegions();
        } catch (ScanException e) {
            fail(run, account.profile(), account.id(), e, "regions of account " + account.id() + " could not be listed; name the regions to scan: ");
            return List.of();
        }
    }

    /** Disabled ones are left out. Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
    private List<String> enabledRegions() throws ScanException, InterruptedException {
        var context = new CallContext(account, home(), run.startedAt(), run.services().aws(), run.request().transport(), e -> {
        }, () -> {
        });
        var answer = context.call("ec2", "describe-regions", JsonNodeFactory.instance.objectNode());
        return AwsJson.texts(AwsJson.list(answer, "Regions").stream()
                .filter(region -> !"not-opted-in".equals(AwsJson.text(region, "OptInStatus"))).toList(), "RegionName");
    }

    /** The region to ask what is not of a region: a named one where there is one, as others may be forbidden. */
    private String home() {
        return Selection.all(run.request().regions()) ? account.homeRegion() : run.request().regions().getFirst();
    }

    /** The scopes behind a failure cannot be named: one stands for them, with the names that the request gives. */
    private static void fail(Run run, String profile, String accountId, ScanException e, String what) {
        var request = run.request();
        var error = new ScanError(e.category(), e.code(), what + e.getMessage(), accountId,
                only(request.regions()), only(request.services()), e.retryable());
        run.tally().failed(profile, error.region(), error.service(), only(request.resourceTypes()), error);
    }

    private static String only(List<String> names) {
        return names.size() == 1 && !Selection.all(names) ? names.getFirst() : null;
    }
}
