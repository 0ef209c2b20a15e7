package command

import "context"

// Held says whether a server is running on a folder, and can prove it.
func Held(ctx context.Context, dir string) bool {
	_, ok := find(ctx, dir)
	return ok
}
