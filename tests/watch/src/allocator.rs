//! The allocator.

use std::alloc::{GlobalAlloc, Layout, System};

use crate::life;

/// The system's allocator, which shows what is freed to anyone who watches.
pub struct WatchingAllocator;

#[expect(
    unsafe_code,
    reason = "the trait is unsafe, and so is a look at a block that is about to be freed"
)]
// SAFETY: every block comes from the system's allocator and goes back to it with its own layout.
// `realloc` is the trait's own: it allocates, copies and frees, so that each move is seen.
unsafe impl GlobalAlloc for WatchingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that nobody's leftovers are taken for those of a block's next owner, and so
        // that all of a block can be read.
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if life::is_watching() {
            // SAFETY: the block is the caller's until this returns, is as long as its layout says,
            // and was zeroed when it was allocated.
            life::look(unsafe { std::slice::from_raw_parts(block, layout.size()) });
        }
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.dealloc(block, layout) }
    }
}
