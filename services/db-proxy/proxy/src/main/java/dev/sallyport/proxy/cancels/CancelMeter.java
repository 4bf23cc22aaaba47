package dev.sallyport.proxy.cancels;

/** Counts requests to cancel between nodes. Called on any thread: must not block. */
public interface CancelMeter {

    void became(CancelFate fate);
}
