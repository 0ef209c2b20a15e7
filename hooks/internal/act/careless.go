package act

import "github.com/pocketbase/pocketbase/core"

const carelessKey = "kpdk.careless"

// Careless makes the app's next writer leave syncing to the operating system: three times as fast, and a
// machine that loses power loses the file. It is for what can be made again from nothing, as a demo can;
// Close ends it.
func Careless(app core.App) { app.Store().Set(carelessKey, true) }
