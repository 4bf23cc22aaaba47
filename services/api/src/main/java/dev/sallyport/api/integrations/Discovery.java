package dev.sallyport.api.integrations;

import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * Finds the instances of many accounts and regions at the same time. A place that fails, or does not answer in time, becomes
 * an item of its own behind what it showed until then; so nothing that was found is lost.
 */
@Singleton
public final class Discovery {

    private static final Logger LOG = Logger.getLogger(Discovery.class);
    private static final String OPERATION = "rds:DescribeDBInstances";

    /** A guess, to ask for no more than a page shows. */
    private static final int INSTANCES_OF_A_PLACE = 10;

    private final SideBySide sideBySide;

    public Discovery(SideBySide sideBySide) {
        this.sideBySide = sideBySide;
    }

    /**
     * In the order of the places, and in each by name. Blocks until all have answered or failed, or the deadline has come.
     *
     * @throws AwsException when we have no identity of our own: every place would fail in the same way
     */
    public List<DiscoveredInstance> instances(AwsAccess access, List<Place> places) {
        access.askIdentity();
        return look(access, places, sideBySide.deadline());
    }

    /**
     * A page of the same. It looks into as many places as it needs, from the cursor's on.
     *
     * @throws AwsException as {@link #instances} does
     * @throws dev.sallyport.api.problem.ProblemException 400 when the cursor belongs to another search
     */
    Page<DiscoveredInstance> page(AwsAccess access, List<Place> places, PageQuery query) {
        access.askIdentity();
        long end = System.nanoTime() + sideBySide.deadline().toNanos();
        SearchCursor from = SearchCursor.of(query.after(), places);
        List<DiscoveredInstance> found = new ArrayList<>();
        for (int next = from.place(); next < places.size() && found.size() < query.rows(); ) {
            int last = Math.min(places.size(), next + chunk(query));
            Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
            look(access, places.subList(next, last), left).stream()
                    .filter(item -> !from.isBehind(item))
                    .forEach(found::add);
            next = last;
        }
        return Page.of(
                found.subList(0, Math.min(found.size(), query.rows())), query, SearchCursor::position, item -> item);
    }

    /** Places that are looked into before it is known whether the page is full. */
    private int chunk(PageQuery query) {
        return Math.max(sideBySide.concurrency(), query.limit() / INSTANCES_OF_A_PLACE);
    }

    private List<DiscoveredInstance> look(AwsAccess access, List<Place> places, Duration patience) {
        List<Look> looks = places.stream().map(place -> new Look(access, place)).toList();
        Set<Look> late = new HashSet<>(sideBySide.run(looks, patience));
        return looks.stream()
                .flatMap(look -> look.items(late.contains(look)).stream())
                .toList();
    }

    /** One look into one account and region. Its thread writes, who waits for it reads; it guards itself. */
    private final class Look implements Runnable {

        private final AwsAccess access;
        private final Place place;
        private final List<DiscoveredInstance> found = new ArrayList<>();
        private @Nullable Shortcoming shortcoming;

        Look(AwsAccess access, Place place) {
            this.access = access;
            this.place = place;
        }

        @Override
        public void run() {
            try {
                access.calling(place.accountId(), place.region(), OPERATION, clients -> {
                    forget();
                    clients.rds().describeDBInstancesPaginator().stream().forEach(page -> add(page.dbInstances()));
                    return found;
                });
            } catch (AwsException e) {
                fail(Shortcoming.in(place.region(), e));
            } catch (RuntimeException e) {
                LOG.errorf(e, "looking into %s failed", place);
                fail(Shortcoming.ours());
            }
        }

        synchronized List<DiscoveredInstance> items(boolean late) {
            List<DiscoveredInstance> items = new ArrayList<>(found);
            items.sort(Comparator.comparing(DiscoveredInstance::rank));
            Shortcoming why = late ? Shortcoming.late(OPERATION, sideBySide.deadline()) : shortcoming;
            if (why != null) {
                items.add(DiscoveredInstance.failed(place, why));
            }
            return items;
        }

        private synchronized void forget() {
            found.clear();
        }

        private synchronized void add(List<DBInstance> page) {
            page.forEach(instance -> found.add(DiscoveredInstance.of(place, instance)));
        }

        private synchronized void fail(Shortcoming why) {
            shortcoming = why;
        }
    }
}
