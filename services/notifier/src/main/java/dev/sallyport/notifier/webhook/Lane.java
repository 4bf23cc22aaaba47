package dev.sallyport.notifier.webhook;

import java.util.concurrent.Semaphore;

/** The places of one endpoint: so many of its messages are under way at the same time, whatever other endpoints do. */
final class Lane {

    private final int size;
    private final Semaphore places;

    /** @param places from 1 */
    Lane(int places) {
        this.size = places;
        this.places = new Semaphore(places);
    }

    int free() {
        return places.availablePermits();
    }

    int taken() {
        return size - free();
    }

    /** Takes places that are free: only the dispatcher takes any. */
    void take(int count) {
        if (!places.tryAcquire(count)) {
            throw new IllegalStateException("a lane was taken by two");
        }
    }

    void leave() {
        places.release();
    }
}
