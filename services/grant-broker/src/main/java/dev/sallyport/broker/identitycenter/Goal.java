package dev.sallyport.broker.identitycenter;

/** What a provisioning is to come to. Sorted so that taking down goes first. */
enum Goal {
    DOWN,
    UP
}
