import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { guides } from './help/guides'
import type { MessageKey } from './i18n'

/** A place in the window that the side bar leads to. */
export interface Place {
  path: string
  label: MessageKey
  icon: string
}

export const places: Place[] = [
  { path: '/', label: 'places.home', icon: 'i-lucide-house' },
  { path: '/people', label: 'places.people', icon: 'i-lucide-users' },
  { path: '/courses', label: 'places.courses', icon: 'i-lucide-book-open' },
  { path: '/enrolments', label: 'places.enrollments', icon: 'i-lucide-clipboard-list' },
  { path: '/user-types', label: 'places.userTypes', icon: 'i-lucide-tags' },
  { path: '/import-export', label: 'places.importExport', icon: 'i-lucide-arrow-down-up' },
  { path: '/history', label: 'places.history', icon: 'i-lucide-history' },
  { path: '/backups', label: 'places.backups', icon: 'i-lucide-archive' },
  { path: '/settings', label: 'places.settings', icon: 'i-lucide-settings' },
]

const routes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./views/HomeView.vue') },
  { path: '/people', component: () => import('./views/UsersView.vue') },
  { path: '/courses', component: () => import('./views/CoursesView.vue') },
  {
    path: '/courses/:courseId(\\d+)',
    component: () => import('./views/CourseView.vue'),
    props: ({ params }) => ({ courseId: Number(params.courseId) }),
  },
  { path: '/enrolments', component: () => import('./views/EnrollmentsView.vue') },
  { path: '/user-types', component: () => import('./views/UserTypesView.vue') },
  { path: '/import-export', component: () => import('./views/ExchangeView.vue') },
  { path: '/history', component: () => import('./views/HistoryView.vue') },
  { path: '/history/compare', component: () => import('./views/CompareView.vue') },
  { path: '/backups', component: () => import('./views/BackupsView.vue') },
  { path: '/settings', component: () => import('./views/SettingsView.vue') },
  { path: '/help', redirect: '/help/getting-started' },
  ...guides.map((guide) => ({
    path: `/help/${guide.name}`,
    component: () => import('./views/GuideView.vue'),
    props: { guide },
  })),
  { path: '/help/licences', component: () => import('./views/LicencesView.vue') },
  // The choice of a school, while one is open.
  { path: '/schools', component: () => import('./views/FirstStart.vue') },
  { path: '/:elsewhere(.*)*', redirect: '/' },
]

export const router = createRouter({ history: createWebHashHistory(), routes })
