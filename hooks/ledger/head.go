package ledger

import (
	"context"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger/book"
)

// shortHash is how many hexadecimal digits of a hash are printed: another history that ends in the same 64
// bits takes 2^64 tries.
const shortHash = 16

// ShortHead is how a receipt and a slip print where they stand in the chain: "3f9a61c0b27d4e88@412".
func ShortHead(hash []byte, seq int64) string {
	text := hex.EncodeToString(hash)
	return fmt.Sprintf("%s@%d", text[:min(shortHash, len(text))], seq)
}

// Short is the head as receipts print it.
func (h HeadSeal) Short() string {
	return fmt.Sprintf("%s@%d", h.Hash[:min(shortHash, len(h.Hash))], h.Seq)
}

var headForm = regexp.MustCompile(`^([0-9a-f]{16,64})@([0-9]{1,18})$`)

// ParseHead reads "HASH@SEQ" as it is printed; blanks between the digits do not matter.
func ParseHead(text string) (hash string, seq int64, err error) {
	parts := headForm.FindStringSubmatch(strings.ToLower(strings.Join(strings.Fields(text), "")))
	if parts == nil {
		return "", 0, fault.Bad("ledger.head_invalid", fault.Params{"head": text})
	}
	seq, err = strconv.ParseInt(parts[2], 10, 64)
	return parts[1], seq, err
}

// Proof says whether the books still contain a head that was printed once.
type Proof struct {
	OK       bool       `json:"ok"`
	Head     string     `json:"head"`
	Entries  int64      `json:"entries"` // that were hashed anew, from the first to the head
	Number   string     `json:"number"`  // of the entry at the head, when there is one
	Date     clock.Date `json:"date"`
	Findings []string   `json:"findings"`
}

// Contains hashes the journal anew from its first entry to the head, and compares: the head proves every
// entry before it, so one receipt in a drawer holds the whole history to its word.
func Contains(ctx context.Context, app core.App, head string, progress func(done, total int)) (Proof, error) {
	hash, seq, err := ParseHead(head)
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Head: fmt.Sprintf("%s@%d", hash, seq), Findings: []string{}}
	return proof, act.Snapshot(ctx, app, func(r act.Reader) error {
		_, newest, err := Head(r)
		if err != nil {
			return err
		}
		if seq < 1 || seq > newest {
			proof.Findings = append(proof.Findings, Finding(ctx, "verify.head_beyond", map[string]any{"seq": seq, "newest": newest}))
			return nil
		}
		if progress != nil {
			ctx = context.WithValue(ctx, passKey{}, &pass{entries: func(n int64) { progress(int(n), int(seq)) }})
		}
		w, err := startWalk(ctx, r, book.Genesis)
		if err == nil {
			err = w.run(ctx, r, 1, seq)
		}
		if err != nil {
			return err
		}
		proof.Entries = w.entries
		if got := hex.EncodeToString(w.previous); !strings.HasPrefix(got, hash) {
			w.chain.Add("verify.head_other", map[string]any{"seq": seq, "hash": got[:min(len(hash), len(got))]})
		}
		if w.entries != seq {
			w.chain.Add("verify.head_gap", map[string]any{"entries": w.entries, "seq": seq})
		}
		proof.Findings = append(append(proof.Findings, w.balanced.List()...), w.chain.List()...)
		proof.OK = len(proof.Findings) == 0
		var kind string
		var year int
		var number int64
		if err := r.Row("SELECT kind, year, number, date FROM journal WHERE id = ?", seq).Scan(&kind, &year, &number, &proof.Date); err == nil {
			proof.Number = Number(kind, year, number)
		}
		return nil
	})
}
