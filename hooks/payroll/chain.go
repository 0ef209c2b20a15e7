package payroll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// A long run is a chain of short acts, so that tills keep selling between two of them. A chain that was
// cut off goes on where it stopped when the same key comes again: the links that are done give their
// stored answers.

// chunkMembers is how many members one link settles: some 12 ms of the writer's time, well under 50.
const chunkMembers = 160

// chunkDraft is how many members one link of a draft writes: some 15 ms of the writer, and a quarter of the
// commits, which on a slow disk are most of the time.
const chunkDraft = 480

// chunkRows is how many rows of an answer one link reads.
const chunkRows = 400

// progressOf makes a progress function that may always be called.
func progressOf(f func(n, total int)) func(n, total int) {
	if f == nil {
		return func(int, int) {}
	}
	return f
}

func linkKey(key, step string, n int) string { return fmt.Sprintf("%s:%s:%d", key, step, n) }

// linkKeyOf names a link by what it does, so that a chain that is planned again after a crash never meets
// another input under an old key.
func linkKeyOf(key, step string, work any) string {
	raw, _ := json.Marshal(work) // integers and texts: it cannot fail
	sum := sha256.Sum256(raw)
	return key + ":" + step + ":" + hex.EncodeToString(sum[:8])
}

// finished says whether the act that ends a chain is already stored; then only its answer is due.
func finished(app core.App, kind, key string) (done bool, err error) {
	err = act.Read(app).Row("SELECT EXISTS(SELECT 1 FROM acts WHERE key = ? AND kind = ?)", key, kind).Scan(&done)
	return done, err
}

// batched is what one link of a settlement or a correction does for some members.
type batched interface{ size() int }

// eachBatch makes a link of each batch, and says how far it is.
func eachBatch[B batched](ctx context.Context, app core.App, by act.Actor, kind, key, step string, batches []B, progress func(n, total int), do func(tx *act.Tx, b B) (settled, error)) error {
	total, seen := 0, 0
	for _, b := range batches {
		total += b.size()
	}
	for _, b := range batches {
		if _, err := link(ctx, app, by, kind, linkKeyOf(key, step, b), b, func(tx *act.Tx) (settled, error) { return do(tx, b) }); err != nil {
			return err
		}
		seen += b.size()
		progress(seen, total)
	}
	return nil
}

// link is one act of a chain.
func link[A any](ctx context.Context, app core.App, by act.Actor, kind, key string, input any, decide func(tx *act.Tx) (A, error)) (A, error) {
	answer, _, err := act.Do(ctx, app, act.Act{Kind: kind, Key: key, Input: input, By: by}, decide)
	return answer, err
}
